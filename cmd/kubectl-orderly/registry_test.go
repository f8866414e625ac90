package main

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	imageof "github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/stretchr/testify/require"
)

// startRegistry gives the address of a registry without TLS, with the images public/make:v1 and private/make:v1, which run make -f Makefile;
// the private one for the user me with the password secret.
func startRegistry(t *testing.T) string {
	t.Helper()
	images := registry.New(registry.Logger(log.New(io.Discard, "", 0)))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		if strings.HasPrefix(r.URL.Path, "/v2/private/") && (user != "me" || password != "secret") {
			w.Header().Set("WWW-Authenticate", `Basic realm="test"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		images.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	host := strings.TrimPrefix(server.URL, "http://")
	image, err := imageof.ConfigFile(empty.Image, &v1.ConfigFile{
		OS: "linux", Architecture: "amd64", RootFS: v1.RootFS{Type: "layers"},
		Config: v1.Config{Entrypoint: []string{"make"}, Cmd: []string{"-f", "Makefile"}},
	})
	require.NoError(t, err)
	for _, repository := range []string{"public/make:v1", "private/make:v1"} {
		ref, err := name.ParseReference(host+"/"+repository, name.Insecure)
		require.NoError(t, err)
		// The registry asks for a login only where it is refused, so it is sent without being asked.
		require.NoError(t, remote.Write(ref, image, remote.WithTransport(sendingLogin{server.Client().Transport}), remote.WithAuth(authn.Anonymous)))
	}
	return host
}

// sendingLogin sends the right login with every request.
type sendingLogin struct{ next http.RoundTripper }

func (s sendingLogin) RoundTrip(request *http.Request) (*http.Response, error) {
	request = request.Clone(request.Context())
	request.SetBasicAuth("me", "secret")
	return s.next.RoundTrip(request)
}
