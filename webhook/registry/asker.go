package registry

import (
	"context"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"orderly.dev/mutate"
)

// asker answers one kind of question about an image. Its errors are of type [*failure].
type asker[T any] func(ctx context.Context, q query) (T, error)

// query is a question about an image.
type query struct {
	// ref is the image, by tag or by digest.
	ref name.Reference
	// login is who asks.
	login login
	// platforms are those that matter.
	platforms []mutate.Platform
	// puller keeps what was found out about the way to the registry, between the two steps of a look-up.
	puller *remote.Puller
}
