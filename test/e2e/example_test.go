package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A user pastes the Job of the README.
func TestJobOfTheREADMECompletes(t *testing.T) {
	t.Parallel()
	namespace := makeNamespace(t)

	said := mustKubectl(t, "", "apply", "-n", namespace, "-f", "examples/job.yaml")
	require.Contains(t, said, "Warning: steps: fetch → [unit lint] → publish; sidecars: mirror")
	mustKubectl(t, "", "wait", "-n", namespace, "--for=condition=Complete", "--timeout="+patience.String(), "job/release")

	require.Contains(t, mustKubectl(t, "", "logs", "-n", namespace, "job/release", "-c", "publish"), "published ")
	require.Contains(t, mustKubectl(t, "", "logs", "-n", namespace, "job/release", "-c", "unit"), "unit tests passed")
}
