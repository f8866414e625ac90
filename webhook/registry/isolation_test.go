package registry

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
)

func TestAnswersArePrivateToCredentialsThatOpenTheRepository(t *testing.T) {
	f := startRegistry(t)
	digest := f.push(t, "private/app:v1")
	for _, reference := range []string{f.host() + "/private/app:v1", f.host() + "/private/app@" + digest} {
		t.Run(reference[len(f.host()):], func(t *testing.T) {
			r := f.lookUp(t, ofNamespaces(f.host(), map[string]string{"one": "a:secret-a", "two": "b:secret-b", "wrong": "a:guess"}))
			requireApp(t, find(t, r, "one", reference))
			f.forget()

			requireApp(t, find(t, r, "one", reference))
			require.Empty(t, f.forget(), "the same credentials again need no request")

			require.Contains(t, find(t, r, "none", reference).Problem, "says 401 Unauthorized, UNAUTHORIZED: who are you; the image is private")
			require.Contains(t, find(t, r, "wrong", reference).Problem, "says 401 Unauthorized")
			f.forget()
			requireApp(t, find(t, r, "two", reference))
			require.Len(t, f.forget(), 1, "other credentials are tried, and then what is known of the digest counts")
		})
	}
}

func TestRefusedCredentialsAreTriedAnew(t *testing.T) {
	f := startRegistry(t)
	f.push(t, "private/app:v1")
	users := map[string]string{"one": "a:guess"}
	r := f.lookUp(t, ofNamespaces(f.host(), users))
	require.Contains(t, find(t, r, "one", f.host()+"/private/app:v1").Problem, "401")
	users["one"] = "a:secret-a"
	requireApp(t, find(t, r, "one", f.host()+"/private/app:v1"))
	f.users["a"] = "changed"
	requireApp(t, find(t, r, "one", f.host()+"/private/app:v1"))
	users["one"] = "a:guess"
	require.Contains(t, find(t, r, "one", f.host()+"/private/app:v1").Problem, "401", "what others know is not for a guess")
}

func TestPublicAnswersAreForAllAndNeedNoSecret(t *testing.T) {
	f := startRegistry(t)
	f.push(t, "public/app:v1")
	read := 0
	r := f.lookUp(t, func(o *Options) {
		o.Secrets = SecretReaderFunc(func(context.Context, string, string) (*corev1.Secret, error) {
			read++
			return nil, errors.New("out of order")
		})
	})
	requireApp(t, find(t, r, "none", f.host()+"/public/app:v1"))
	f.forget()
	requireApp(t, find(t, r, "one", f.host()+"/public/app:v1"))
	require.Empty(t, f.forget())
	require.Zero(t, read)
}

// A registry of somebody's own may say of any digest that it has it.
func TestAClaimedDigestOpensNothing(t *testing.T) {
	f, thief := startRegistry(t), startRegistry(t)
	digest := f.push(t, "private/app:v1")
	r := f.lookUp(t, ofNamespaces(f.host(), map[string]string{"one": "a:secret-a", "two": "x:y"}))
	requireApp(t, find(t, r, "one", f.host()+"/private/app:v1"))
	thief.intercept(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodHead {
			return false
		}
		w.Header().Set("Content-Type", "application/vnd.oci.image.manifest.v1+json")
		w.Header().Set("Content-Length", "2")
		w.Header().Set("Docker-Content-Digest", digest)
		return true
	})
	r.transport = patient{guarded{next: bounded{thief.Client().Transport}}}
	require.Contains(t, find(t, r, "none", thief.host()+"/public/app:v1").Problem, "404 Not Found", "the thief itself has to have it")
}
