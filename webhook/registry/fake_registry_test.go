package registry

import (
	"context"
	"encoding/json"
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	imageof "github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/mutate"
)

// fakeRegistry keeps images in memory. Repositories below private/ want one of its users.
type fakeRegistry struct {
	*httptest.Server
	users map[string]string // passwords by name

	mutex sync.Mutex
	seen  []string // method and path of each request
	// before may answer in place of the registry.
	before func(w http.ResponseWriter, r *http.Request) bool
}

func startRegistry(t *testing.T) *fakeRegistry {
	t.Helper()
	f := &fakeRegistry{users: map[string]string{"a": "secret-a", "b": "secret-b"}}
	images := registry.New(registry.Logger(log.New(io.Discard, "", 0)))
	f.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.mutex.Lock()
		f.seen = append(f.seen, r.Method+" "+r.URL.Path)
		before := f.before
		f.mutex.Unlock()
		user, password, given := r.BasicAuth()
		switch {
		case before != nil && before(w, r):
		case given && (f.users[user] == "" || f.users[user] != password),
			!given && strings.HasPrefix(r.URL.Path, "/v2/private/"):
			w.Header().Set("WWW-Authenticate", `Basic realm="test"`)
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = io.WriteString(w, `{"errors":[{"code":"UNAUTHORIZED","message":"who are you"}]}`)
		default:
			images.ServeHTTP(w, r)
		}
	}))
	f.Config.ErrorLog = log.New(io.Discard, "", 0)
	f.StartTLS()
	t.Cleanup(f.Close)
	return f
}

// forget forgets the requests up to now and returns them, but for those that only ask whether there is a registry.
func (f *fakeRegistry) forget() []string {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	var seen []string
	for _, s := range f.seen {
		if s != "GET /v2/" {
			seen = append(seen, s)
		}
	}
	f.seen = nil
	return seen
}

func (f *fakeRegistry) intercept(before func(w http.ResponseWriter, r *http.Request) bool) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.before = before
}

// host is where it is, as in references.
func (f *fakeRegistry) host() string { return strings.TrimPrefix(f.URL, "https://") }

// push puts an image that runs /app there and returns its digest.
func (f *fakeRegistry) push(t *testing.T, repository string) string {
	t.Helper()
	return f.pushImage(t, repository, mustImage(t, "amd64", "/app"))
}

func (f *fakeRegistry) pushImage(t *testing.T, repository string, image v1.Image) string {
	t.Helper()
	ref, err := name.ParseReference(f.host() + "/" + repository)
	require.NoError(t, err)
	require.NoError(t, remote.Write(ref, image, remote.WithTransport(f.Client().Transport),
		remote.WithAuth(&authn.Basic{Username: "a", Password: f.users["a"]})))
	digest, err := image.Digest()
	require.NoError(t, err)
	f.forget()
	return digest.String()
}

func mustImage(t *testing.T, architecture, word string) v1.Image {
	t.Helper()
	image, err := imageof.ConfigFile(empty.Image, &v1.ConfigFile{
		OS: "linux", Architecture: architecture, Config: v1.Config{Entrypoint: []string{word}}, RootFS: v1.RootFS{Type: "layers"},
	})
	require.NoError(t, err)
	return image
}

// lookUp gives a Registry that trusts the fake one.
func (f *fakeRegistry) lookUp(t *testing.T, change ...func(*Options)) *Registry {
	t.Helper()
	file := filepath.Join(t.TempDir(), "ca.crt")
	encoded := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: f.Certificate().Raw})
	require.NoError(t, os.WriteFile(file, encoded, 0o600))
	options := Options{CAFile: file}
	for _, c := range change {
		c(&options)
	}
	r, err := New(options)
	require.NoError(t, err)
	return r
}

// ofNamespaces reads one Secret of each namespace, called pull, with a login for the host.
func ofNamespaces(host string, users map[string]string) func(*Options) {
	return func(o *Options) {
		o.Secrets = SecretReaderFunc(func(_ context.Context, namespace, _ string) (*corev1.Secret, error) {
			user, password, _ := strings.Cut(users[namespace], ":")
			text, err := json.Marshal(map[string]any{"auths": map[string]any{host: map[string]string{"username": user, "password": password}}})
			return &corev1.Secret{Type: corev1.SecretTypeDockerConfigJson, Data: map[string][]byte{corev1.DockerConfigJsonKey: text}}, err
		})
	}
}

// find looks one image up for a Pod of the namespace, with the Secret called pull in any but "none".
func find(t *testing.T, r *Registry, namespace, image string) mutate.Image {
	t.Helper()
	pod := makePullingPod(namespace)
	if namespace == "none" {
		pod.Spec.ImagePullSecrets = nil
	}
	images, err := r.Find(t.Context(), pod, makeLookups(image))
	require.NoError(t, err)
	return images[0]
}

func makePullingPod(namespace string) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace},
		Spec:       corev1.PodSpec{ImagePullSecrets: []corev1.LocalObjectReference{{Name: "pull"}}},
	}
}

func makeLookups(image string) []mutate.Lookup {
	return []mutate.Lookup{{
		Container: "c", Image: image, Platforms: []mutate.Platform{{OS: "linux", Architecture: "amd64"}, {OS: "linux", Architecture: "arm64"}},
	}}
}

// requireApp asserts that the image is the one that push makes.
func requireApp(t *testing.T, got mutate.Image) {
	t.Helper()
	require.Empty(t, got.Problem)
	require.Len(t, got.Platforms, 1)
	require.Equal(t, []string{"/app"}, got.Platforms[0].Entrypoint)
}
