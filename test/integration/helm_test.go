package integration

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

// mustHelm runs helm; `make bin/helm` makes it.
func mustHelm(t *testing.T, args ...string) {
	t.Helper()
	output, err := exec.CommandContext(t.Context(), "../../bin/helm",
		append([]string{"--kubeconfig", filepath.Join(folder, "admin.kubeconfig")}, args...)...).CombinedOutput()
	require.NoError(t, err, "%s", output)
}

// writeChart makes a chart of one object, and returns its folder.
func writeChart(t *testing.T, object any) string {
	t.Helper()
	chart := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(chart, "templates"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(chart, "Chart.yaml"), []byte("apiVersion: v2\nname: work\nversion: 1.0.0\n"), 0o600))
	encoded, err := yaml.Marshal(object)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(chart, "templates", "object.yaml"), encoded, 0o600))
	return chart
}

func TestAHelmUpgradeOfACronJobTakesEffect(t *testing.T) {
	for _, side := range []string{"client", "server"} {
		t.Run("applied by the "+side, func(t *testing.T) {
			namespace := makeNamespace(t, optedIn)
			cronJob := &batchv1.CronJob{ObjectMeta: metav1.ObjectMeta{Name: "nightly", Namespace: namespace}}
			for _, version := range []struct{ wanted, want string }{
				{"fetch, build", "steps: fetch → build; sidecars: proxy"},
				{"build, fetch", "steps: build → fetch; sidecars: proxy"},
				{"", ""},
			} {
				mustHelm(t, "upgrade", "--install", "work", writeChart(t, makeCronJob(namespace, version.wanted)), "--namespace", namespace,
					"--server-side="+map[string]string{"client": "false", "server": "true"}[side])
				requireNextPod(t, cronJob, version.want)
			}
			require.NotContains(t, mustGet(t, cronJob).Spec.JobTemplate.Annotations, fromOwner)
		})
	}
}
