package registry

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	imageof "github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
)

// wantTokenFrom makes the registry demand a token that is to be had at a URL.
func (f *fakeRegistry) wantTokenFrom(url string, tokens http.HandlerFunc) {
	f.intercept(func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path == "/token" {
			tokens(w, r)
			return true
		}
		w.Header().Set("WWW-Authenticate", `Bearer realm="`+url+`",service="test"`)
		w.WriteHeader(http.StatusUnauthorized)
		return true
	})
}

// A registry of somebody's own may call anything that the webhook reaches its server of tokens.
func TestWhatAServerOfTokensSaysIsNotShown(t *testing.T) {
	for _, body := range []string{`{"accessToken":"hidden"}`, `hidden`, `{"token":""}hidden`} {
		f := startRegistry(t)
		f.wantTokenFrom(f.URL+"/token", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) })
		got := find(t, f.lookUp(t), "none", f.host()+"/public/app:v1").Problem
		require.Contains(t, got, "asking registry "+f.host()+": ")
		require.NotContains(t, got, "hidden")
	}
}

func TestCredentialsDoNotFollowARedirectToAnotherHost(t *testing.T) {
	f, other := startRegistry(t), startRegistry(t)
	var seen []string
	other.intercept(func(w http.ResponseWriter, r *http.Request) bool {
		seen = append(seen, r.Header.Get("Authorization"))
		w.WriteHeader(http.StatusTeapot)
		return true
	})
	f.intercept(func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path == "/v2/" {
			return false
		}
		http.Redirect(w, r, other.URL+r.URL.Path, http.StatusTemporaryRedirect)
		return true
	})
	r := f.lookUp(t, ofNamespaces(f.host(), map[string]string{"one": "a:secret-a"}))
	require.Contains(t, find(t, r, "one", f.host()+"/private/app:v1").Problem, "418")
	require.NotEmpty(t, seen)
	for _, authorization := range seen {
		require.Empty(t, authorization)
	}
}

func TestSecretsThatComeTooLateAreNotBlamedOnTheRegistry(t *testing.T) {
	f := startRegistry(t)
	r := f.lookUp(t, func(o *Options) {
		o.Secrets = SecretReaderFunc(func(ctx context.Context, _, _ string) (*corev1.Secret, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		})
	})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	images, err := r.Find(ctx, makePullingPod("one"), makeLookups(f.host()+"/private/app:v1"))
	require.NoError(t, err)
	require.Equal(t, "there was no time left to ask its registry; reading Secret pull in namespace one: context deadline exceeded", images[0].Problem)
	require.Empty(t, f.forget())
}

func TestALongReferenceIsNotAskedForNorRemembered(t *testing.T) {
	f := startRegistry(t)
	r := f.lookUp(t)
	got := find(t, r, "none", strings.Repeat("a", maxReference)+".example/app").Problem
	require.Equal(t, "its reference has more than 1024 bytes", got)
	require.Empty(t, r.pins.places)
}

// refusing makes a registry answer one user alone with 429, where a part of the path is asked for with GET.
func (f *fakeRegistry) refusing(user, part string) {
	f.intercept(func(w http.ResponseWriter, r *http.Request) bool {
		if given, _, _ := r.BasicAuth(); given != user || r.Method != http.MethodGet || !strings.Contains(r.URL.Path, part) {
			return false
		}
		w.WriteHeader(http.StatusTooManyRequests)
		return true
	})
}

func TestALoginThatAskedTooOftenIsFollowedByTheNext(t *testing.T) {
	f := startRegistry(t)
	f.push(t, "private/app:v1")
	f.refusing("a", "/manifests/")
	r := f.lookUp(t, func(o *Options) {
		o.Secrets = SecretReaderFunc(func(context.Context, string, string) (*corev1.Secret, error) {
			text, err := json.Marshal(map[string]any{"auths": map[string]any{
				f.host() + "/private": map[string]string{"username": "a", "password": "secret-a"},
				f.host():              map[string]string{"username": "b", "password": "secret-b"},
			}})
			return &corev1.Secret{Type: corev1.SecretTypeDockerConfigJson, Data: map[string][]byte{corev1.DockerConfigJsonKey: text}}, err
		})
	})
	requireApp(t, find(t, r, "one", f.host()+"/private/app:v1"))
}

func TestALoginThatAskedTooOftenIsNobodyElsesTrouble(t *testing.T) {
	f := startRegistry(t)
	f.push(t, "private/app:v1")
	f.refusing("a", "/manifests/")
	r := f.lookUp(t, ofNamespaces(f.host(), map[string]string{"one": "a:secret-a", "two": "b:secret-b"}))
	require.Contains(t, find(t, r, "one", f.host()+"/private/app:v1").Problem, "takes no more requests for now (429 Too Many Requests)")
	requireApp(t, find(t, r, "two", f.host()+"/private/app:v1"))
	requireApp(t, find(t, r, "one", f.host()+"/private/app:v1"))
}

func TestAnImageThatWouldFillTheMemoryIsRefused(t *testing.T) {
	long := strings.Repeat("x", maxWords)
	for name, change := range map[string]func(*v1.ConfigFile){
		"words":            func(c *v1.ConfigFile) { c.Config.Cmd = []string{long} },
		"empty words":      func(c *v1.ConfigFile) { c.Config.Entrypoint = make([]string, maxWords/16) },
		"a stop signal":    func(c *v1.ConfigFile) { c.Config.StopSignal = long },
		"an architecture":  func(c *v1.ConfigFile) { c.Architecture = long },
		"something unread": func(c *v1.ConfigFile) { c.Author = long },
	} {
		t.Run(name, func(t *testing.T) {
			config := &v1.ConfigFile{OS: "linux", Config: v1.Config{Entrypoint: []string{"/app"}}, RootFS: v1.RootFS{Type: "layers"}}
			change(config)
			image, err := imageof.ConfigFile(empty.Image, config)
			require.NoError(t, err)
			f := startRegistry(t)
			f.pushImage(t, "public/app:v1", image)
			got := find(t, f.lookUp(t), "none", f.host()+"/public/app:v1")
			if name == "something unread" {
				requireApp(t, got)
				return
			}
			require.Equal(t, "its command is too long: it may have 32768 bytes", got.Problem)
		})
	}
}
