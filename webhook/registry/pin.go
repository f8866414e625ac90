package registry

import (
	"context"
	"errors"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
)

// pin asks the registry which digest a reference has. HEAD costs the least, and does not count where a registry counts pulls.
// An answer to it has no body, and some registries do not know it; where it fails, GET says why, or works.
func pin(ctx context.Context, q query) (name.Digest, error) {
	began := time.Now()
	descriptor, err := q.puller.Head(ctx, q.ref)
	if err == nil {
		return q.ref.Context().Digest(descriptor.Digest.String()), nil
	}
	if later, is := errors.AsType[*busyError](err); is {
		return name.Digest{}, explain(later, q.ref.Context().RegistryStr(), 0)
	}
	if ctx.Err() == nil {
		full, again := q.puller.Get(ctx, q.ref)
		if again == nil {
			return q.ref.Context().Digest(full.Digest.String()), nil
		}
		err = again
	}
	return name.Digest{}, explain(err, q.ref.Context().RegistryStr(), time.Since(began))
}
