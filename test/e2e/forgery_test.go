package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
)

// A step, though it runs as root, cannot say that another one has ended: it may write its own directory only.
func TestStepCannotForgeTheMarkerOfAnother(t *testing.T) {
	t.Parallel()
	namespace := makeNamespace(t)
	createJob(t, namespace, makeJob("[honest, forger], last",
		shell("honest", "sleep 2; echo honest > /shared/honest"),
		shell("forger", "touch /builder/run/forger/mine && ! touch /builder/run/honest/done && ! touch /builder/run/new && ! touch /builder/ready/ready && ! touch /builder/bin/x"),
		shell("last", "cat /shared/honest")))

	waitForJob(t, namespace, batchv1.JobComplete)

	pod := getPod(t, namespace)
	require.Equal(t, "honest\n", logs(t, pod, "last"), "last ran before honest had ended")
	require.Contains(t, logs(t, pod, "forger"), "Read-only file system")
}

// Orderly asks nothing of a Pod that PodSecurity restricted forbids: any user, a read-only root, no capabilities.
func TestRestrictedPodRuns(t *testing.T) {
	t.Parallel()
	namespace := makeRestrictedNamespace(t)
	createJob(t, namespace, restrict(makeJob("one, two", shell("one", "echo one > /shared/one"), shell("two", "cat /shared/one"),
		shell("agent", "exec sleep 1000000"))))

	waitForJob(t, namespace, batchv1.JobComplete)

	require.Equal(t, "one\n", logs(t, getPod(t, namespace), "two"))
}
