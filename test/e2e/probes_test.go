package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// A step's probe asks for what the step before it makes, every second, and one failure is enough. The step waits for several seconds, and
// is not killed.
func TestStepIsNotKilledByItsProbesWhileItWaits(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		script string
		give   func(*corev1.Container, *corev1.Probe)
	}{
		{"liveness, which is asked again when the command runs", "until test -e /shared/probed; do sleep 0.1; done; echo alive",
			func(c *corev1.Container, p *corev1.Probe) { c.LivenessProbe = p }},
		// The kubelet asks it until it has passed once, which it does while the step waits.
		{"startup", "echo alive", func(c *corev1.Container, p *corev1.Probe) { c.StartupProbe = p }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			namespace := makeNamespace(t)
			probe := execProbe("echo probed >> /shared/probed; test -e /shared/first")
			probe.FailureThreshold = 1
			second := shell("second", tc.script)
			tc.give(&second, probe)
			createJob(t, namespace, runOnce(makeJob("first, second",
				shell("first", "sleep 4; ! test -e /shared/probed && touch /shared/first"), second)))

			waitForJob(t, namespace, batchv1.JobComplete)

			require.Equal(t, "alive\n", logs(t, getPod(t, namespace), "second"))
		})
	}
}

// What runs is judged by its probe as ever: the step is killed, and its Pod has failed.
func TestStepThatRunsIsKilledByItsProbe(t *testing.T) {
	t.Parallel()
	namespace := makeNamespace(t)
	second := shell("second", "exec sleep 1000000")
	second.LivenessProbe = execProbe("test -e /shared/never")
	second.LivenessProbe.FailureThreshold = 1
	createJob(t, namespace, runOnce(makeJob("first, second, third", shell("first", "sleep 2"), second, shell("third", "true"))))

	waitForJob(t, namespace, batchv1.JobFailed)

	pod := getPod(t, namespace)
	require.NotZero(t, status(t, pod, "second").State.Terminated.ExitCode)
	require.NotZero(t, status(t, pod, "third").State.Terminated.ExitCode, "a step that was stopped from outside ends those behind it")
	require.Empty(t, logs(t, pod, "third"))
}

// Probes and hooks that the kubelet would run too early are refused, each with a way out.
func TestProbesAndHooksThatCannotWaitAreRefused(t *testing.T) {
	t.Parallel()
	namespace := makeNamespace(t)
	second := shell("second", "true")
	second.Lifecycle = &corev1.Lifecycle{PostStart: &corev1.LifecycleHandler{Exec: &corev1.ExecAction{Command: []string{"true"}}}}
	second.LivenessProbe = &corev1.Probe{ProbeHandler: corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{Port: intstr.FromInt32(80)}}}
	_, err := client.BatchV1().Jobs(namespace).Create(t.Context(), makeJob("first, second", shell("first", "true"), second), createOptions())
	for _, part := range []string{
		"spec.template.spec.containers[1].lifecycle.postStart", "at the beginning of the command",
		"spec.template.spec.containers[1].livenessProbe.httpGet", "use an exec probe",
	} {
		require.ErrorContains(t, err, part)
	}
}
