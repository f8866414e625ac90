package integration

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheAPIServerTakesEveryVariantOfTheChart(t *testing.T) {
	for _, tc := range []struct {
		name     string
		settings []string
	}{
		{"as it is", nil},
		{"all that registries may want", []string{
			"registry.dockerConfigSecret=login", "registry.caConfigMap=ca", "registry.plainHTTP={registry.example:5000,other.example}",
			"registry.httpsProxy=http://proxy.example:3128", "registry.noProxy=.svc", "registry.secretNamespaces={default,kube-public}",
		}},
		{"a login only", []string{"registry.dockerConfigSecret=login"}},
		{"authorities only", []string{"registry.caConfigMap=ca"}},
		{"an image by its digest, with a Secret", []string{
			"webhook.image.digest=sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "imagePullSecrets[0].name=login",
		}},
		{"a companion with more replicas, more patience, and kinds of others to wait for", []string{
			"sidecarstop.replicaCount=3", "sidecarstop.patience.ImagePullBackOff=5m", "sidecarstop.patience.CrashLoopBackOff=0s",
			"dependencies.resources[0].group=stable.example.com", "dependencies.resources[0].resources={foos,bars}",
			"dependencies.resources[1].group=,dependencies.resources[1].resources={persistentvolumeclaims}",
		}},
		{"a webhook that may be away", []string{"webhook.failurePolicy=Ignore", "webhook.timeoutSeconds=30"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			args := []string{"template", "orderly", "../../charts/orderly", "--namespace", systemSpace}
			for _, s := range tc.settings {
				args = append(args, "--set", s)
			}
			rendered, err := exec.CommandContext(t.Context(), "../../bin/helm", args...).Output()
			require.NoError(t, err)
			applyStrictly(t, rendered)
		})
	}
}

// Names may consist of digits, which YAML takes for numbers.
func TestNamesOfDigitsStayNames(t *testing.T) {
	rendered, err := exec.CommandContext(t.Context(), "../../bin/helm", "template", "orderly", "../../charts/orderly", "--namespace", systemSpace,
		"--set-string", "registry.dockerConfigSecret=1,registry.caConfigMap=2", "--set-json", `registry.secretNamespaces=["3"]`).Output()
	require.NoError(t, err)
	mustKubectl(t, nil, "create", "namespace", "3")
	applyStrictly(t, rendered)
}

// applyStrictly asserts that the API server would take the manifests, with no field that it does not know.
func applyStrictly(t *testing.T, manifests []byte) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "manifests.yaml")
	require.NoError(t, os.WriteFile(file, manifests, 0o600))
	mustKubectl(t, nil, "apply", "--server-side", "--force-conflicts", "--dry-run=server", "--validate=strict", "-f", file)
}
