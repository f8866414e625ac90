package registry

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
)

func ownLogins(o *Options) { o.OwnLogins = true }

// logIn makes whoever runs the test logged in at a registry, with one file and no other.
func logIn(t *testing.T, config any) {
	t.Helper()
	folder := t.TempDir()
	text, err := json.Marshal(config)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "config.json"), text, 0o600))
	t.Setenv("HOME", folder)
	t.Setenv("DOCKER_CONFIG", folder)
	t.Setenv("XDG_CONFIG_HOME", folder)
	t.Setenv("XDG_RUNTIME_DIR", folder)
	t.Setenv("REGISTRY_AUTH_FILE", "")
}

func loginAsA(host, password string) map[string]any {
	return map[string]any{"auths": map[string]any{host: map[string]string{"username": "a", "password": password}}}
}

func TestOwnLoginsOpenPrivateImages(t *testing.T) {
	f := startRegistry(t)
	f.push(t, "private/app:v1")
	image := f.host() + "/private/app:v1"
	for _, tc := range []struct {
		name   string
		config any
		want   string
	}{
		{"logged in", loginAsA(f.host(), "secret-a"), ""},
		{"logged in elsewhere", loginAsA("registry.example", "secret-a"), "the image is private, or not there; you are not logged in there: docker login " + f.host()},
		{"a wrong login", loginAsA(f.host(), "secret-b"), "to your login for it; docker login " + f.host() + " takes another login"},
		{"a helper that is not there", map[string]any{"credHelpers": map[string]string{f.host(): "absent-of-all"}},
			"your docker configuration or its credential helper has no login that can be read"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			logIn(t, tc.config)
			got := find(t, f.lookUp(t, ownLogins), "with-a-secret-that-is-not-read", image)
			if tc.want == "" {
				requireApp(t, got)
				return
			}
			require.Contains(t, got.Problem, tc.want)
			require.NotContains(t, got.Problem, "secret-")
			require.NotContains(t, got.Problem, "imagePullSecrets")
		})
	}
}

func TestOwnLoginsCountForWhoRunsTheProgramOnly(t *testing.T) {
	f := startRegistry(t)
	f.push(t, "private/app:v1")
	logIn(t, loginAsA(f.host(), "secret-a"))
	got := find(t, f.lookUp(t), "none", f.host()+"/private/app:v1")
	require.Contains(t, got.Problem, http.StatusText(http.StatusUnauthorized))
}

func TestLoginsComeFromOnePlace(t *testing.T) {
	_, err := New(Options{OwnLogins: true, Secrets: SecretReaderFunc(func(context.Context, string, string) (*corev1.Secret, error) { return nil, nil })})
	require.EqualError(t, err, "logins come from imagePullSecrets (Secrets) or from who runs the program (OwnLogins), not from both")
}
