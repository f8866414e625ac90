package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

// A user chooses how the sidecars of a Job end. Each way ends them, and the Job completes.
func TestSidecarsEndAsTheUserChose(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		way      string
		native   bool
		restarts int32
	}{
		{way: "auto", native: true},
		{way: "native", native: true},
		{way: "signal"},
		{way: "nop", restarts: 1},
	} {
		t.Run(tc.way, func(t *testing.T) {
			t.Parallel()
			namespace := makeNamespace(t)
			sidecar := corev1.Container{Name: "agent", Image: busybox, Args: []string{"sh", "-c", "trap 'exit 0' TERM; touch /shared/up; while :; do sleep 0.1; done"}}
			sidecar.ReadinessProbe = execProbe("test -e /shared/up")
			job := makeJob("one, two", shell("one", "test -e /shared/up"), shell("two", "true"), sidecar)
			createJob(t, namespace, ask(job, contract.AnnotationSidecarStop, tc.way))

			waitForJob(t, namespace, batchv1.JobComplete)

			pod := getPod(t, namespace)
			require.Equal(t, tc.native, len(pod.Spec.InitContainers) == 1, "native: %s", asYAML(pod.Spec))
			agent := status(t, pod, "agent")
			require.Zero(t, agent.State.Terminated.ExitCode)
			require.Equal(t, tc.restarts, agent.RestartCount)
			requireEndedAfter(t, pod, "agent", "two")
		})
	}
}

// A user gives the Pod an hour to end, because of its steps. A sidecar that ignores every signal has a second.
func TestSidecarGraceBoundsTheEndOfADeafSidecar(t *testing.T) {
	t.Parallel()
	namespace := makeNamespace(t)
	job := makeJob("work", shell("work", "until test -e /shared/deaf; do sleep 0.1; done"),
		shell("deaf", "trap '' TERM; touch /shared/deaf; while :; do sleep 1; done"))
	job.Spec.Template.Spec.TerminationGracePeriodSeconds = new(int64(3600))
	createJob(t, namespace, ask(ask(job, contract.AnnotationSidecarStop, "signal"), contract.AnnotationSidecarGrace, "1s"))

	waitForJob(t, namespace, batchv1.JobComplete)

	deaf := status(t, getPod(t, namespace), "deaf")
	require.Zero(t, deaf.State.Terminated.ExitCode)
	require.Zero(t, deaf.RestartCount)
}
