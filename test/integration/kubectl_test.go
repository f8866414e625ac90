package integration

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"
)

// kubectl gives what kubectl prints, with an object on its standard input where there is one.
func kubectl(t *testing.T, object any, args ...string) (string, error) {
	t.Helper()
	command := exec.CommandContext(t.Context(), filepath.Join(os.Getenv(assetsVariable), "kubectl"),
		append([]string{"--kubeconfig", filepath.Join(folder, "admin.kubeconfig")}, args...)...)
	if object != nil {
		encoded, err := yaml.Marshal(object)
		require.NoError(t, err)
		command.Stdin = bytes.NewReader(encoded)
	}
	output, err := command.CombinedOutput()
	return string(output), err
}

func mustKubectl(t *testing.T, object any, args ...string) string {
	t.Helper()
	output, err := kubectl(t, object, args...)
	require.NoError(t, err, "%s", output)
	return output
}
