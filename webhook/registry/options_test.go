package registry

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestOptionsThatCannotBeReadAreRefusedWithoutShowingWhatIsInThem(t *testing.T) {
	bad := filepath.Join(t.TempDir(), "bad")
	require.NoError(t, os.WriteFile(bad, []byte(`{"auths": {"registry.example": {"auth": "c2VjcmV0"}}}`), 0o600)) // "secret", without a name
	absent := filepath.Join(t.TempDir(), "absent")
	for _, tc := range []struct {
		name    string
		options Options
		want    string
	}{
		{"no authorities", Options{CAFile: absent}, "reading certificate authorities: open " + absent},
		{"no certificate in them", Options{CAFile: bad}, "reading certificate authorities: " + bad + " holds no certificate in PEM"},
		{"no docker configuration", Options{DockerConfig: absent}, "reading the docker configuration: open " + absent},
		{"a registry as a URL", Options{PlainHTTP: []string{"http://registry.example"}}, `"http://registry.example" is not of the form HOST or HOST:PORT`},
		{"a registry without a name", Options{PlainHTTP: []string{""}}, `"" is not of the form HOST or HOST:PORT`},
		{"a login that is none", Options{DockerConfig: bad}, "reading the docker configuration " + bad + ": not of the form"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := New(tc.options)
			require.ErrorContains(t, err, tc.want)
			require.NotContains(t, err.Error(), "secret")
			require.NotContains(t, err.Error(), "c2VjcmV0")
		})
	}
}

// Most public registries give a token to whoever asks.
func TestATokenIsFetchedWhereTheRegistryWantsOne(t *testing.T) {
	f := startRegistry(t)
	f.push(t, "public/app:v1")
	f.intercept(func(w http.ResponseWriter, r *http.Request) bool {
		switch {
		case r.URL.Path == "/token":
			require.Equal(t, "repository:public/app:pull", r.URL.Query().Get("scope"))
			_, _ = w.Write([]byte(`{"token":"ticket"}`))
			return true
		case r.Header.Get("Authorization") == "Bearer ticket":
			return false
		}
		w.Header().Set("WWW-Authenticate", `Bearer realm="`+f.URL+`/token",service="test"`)
		w.WriteHeader(http.StatusUnauthorized)
		return true
	})
	requireApp(t, find(t, f.lookUp(t), "none", f.host()+"/public/app:v1"))
	require.Equal(t, "GET /token", f.forget()[0])
}

// A server of tokens without TLS would see the credentials of everybody.
func TestATokenIsNotFetchedWithoutTLS(t *testing.T) {
	f := startRegistry(t)
	f.intercept(func(w http.ResponseWriter, _ *http.Request) bool {
		w.Header().Set("WWW-Authenticate", `Bearer realm="http://tokens.example/token",service="test"`)
		w.WriteHeader(http.StatusUnauthorized)
		return true
	})
	require.Contains(t, find(t, f.lookUp(t), "none", f.host()+"/public/app:v1").Problem, `realm scheme "http" not allowed`)
}
