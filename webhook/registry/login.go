package registry

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"

	"github.com/google/go-containerregistry/pkg/authn"
)

// login is the credentials of a query. The zero value is anonymous.
type login struct {
	auth authn.AuthConfig
	// key stands for them where answers are remembered: the same credentials have the same one, and nothing can be learned from it.
	// It is empty for nobody's.
	key string
}

func newLogin(auth authn.AuthConfig) login {
	hash := sha256.New()
	for _, part := range []string{auth.Username, auth.Password, auth.Auth, auth.IdentityToken, auth.RegistryToken} {
		hash.Write([]byte(strconv.Quote(part))) // quoted, so that the end of each is clear
	}
	return login{auth: auth, key: hex.EncodeToString(hash.Sum(nil))}
}

func (l login) authenticator() authn.Authenticator {
	if l.key == "" {
		return authn.Anonymous
	}
	return authn.FromConfig(l.auth)
}
