package registry

import (
	"context"
	"fmt"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
)

// withOwn adds the login that whoever runs the program has for a repository, as docker and podman find it: in their files, or by
// the credential helpers that those name. It comes first.
func (c credentials) withOwn(ctx context.Context, repository name.Repository) credentials {
	found, err := authn.Resolve(ctx, authn.DefaultKeychain, repository)
	var auth *authn.AuthConfig
	if err == nil {
		auth, err = authn.Authorization(ctx, found)
	}
	switch {
	case err != nil: // what is wrong may be secret
		c.notes = []string{"your docker configuration or its credential helper has no login that can be read"}
	case *auth == authn.AuthConfig{}:
		c.notes = []string{fmt.Sprintf("you are not logged in there: docker login %s", repository.RegistryStr())}
	default:
		c.own = newLogin(*auth)
		c.notes = []string{fmt.Sprintf("docker login %s takes another login", repository.RegistryStr())}
	}
	return c
}
