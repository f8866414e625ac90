package e2e

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
)

// A user's Job has sidecars that never end by themselves. It completes all the same, however it restarts and however few
// failures it allows.
func TestJobCompletesAlthoughItsSidecarsNeverEnd(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		policy       corev1.RestartPolicy
		backoffLimit int32
	}{
		{corev1.RestartPolicyNever, 6},
		{corev1.RestartPolicyOnFailure, 0},
		{corev1.RestartPolicyOnFailure, 1},
		{corev1.RestartPolicyOnFailure, 6},
	} {
		t.Run(fmt.Sprintf("%s with backoffLimit %d", tc.policy, tc.backoffLimit), func(t *testing.T) {
			t.Parallel()
			namespace := makeNamespace(t)
			job := makeJob("work, more", shell("work", "echo work"), shell("more", "echo more"),
				shell("deaf", "trap '' TERM; while true; do sleep 1; done"),
				corev1.Container{Name: "own-entrypoint", Image: sleeper},
				hooked("hooked"))
			job.Spec.Template.Spec.RestartPolicy = tc.policy
			job.Spec.BackoffLimit = &tc.backoffLimit
			createJob(t, namespace, job)

			ended := waitForJob(t, namespace, batchv1.JobComplete)

			require.Zero(t, ended.Status.Failed)
			pod := getPod(t, namespace)
			require.Equal(t, corev1.PodSucceeded, pod.Status.Phase)
			require.Contains(t, logs(t, pod, "hooked"), "preStop ran")
			for _, sidecar := range []string{"deaf", "own-entrypoint", "hooked"} {
				require.Zerof(t, status(t, pod, sidecar).RestartCount, "%s was restarted", sidecar)
			}
		})
	}
}

// hooked is a sidecar with a preStop hook that writes into the container's log.
func hooked(name string) corev1.Container {
	c := shell(name, "sleep 1000000")
	c.Lifecycle = &corev1.Lifecycle{PreStop: &corev1.LifecycleHandler{
		Exec: &corev1.ExecAction{Command: []string{"sh", "-c", "echo preStop ran > /proc/1/fd/1"}},
	}}
	return c
}

// Something else adds a sidecar after Orderly, and nobody knows its command: its image is swapped when the steps have ended.
func TestSidecarThatCannotBeWrappedIsSwapped(t *testing.T) {
	t.Parallel()
	namespace := makeNamespace(t)
	serveWebhook(t, webhookOptions{namespace: namespace, order: afterOrderly, change: func(pod *corev1.Pod) {
		addOnce(pod, corev1.Container{Name: "late", Image: sleeper}, atTheEnd)
	}})
	createJob(t, namespace, makeJob("work", shell("work", "echo work")))

	waitForJob(t, namespace, batchv1.JobComplete)

	pod := getPod(t, namespace)
	late := status(t, pod, "late")
	require.EqualValues(t, 1, late.RestartCount, "it ran, was stopped, and ran once more as nop")
	require.Zero(t, late.State.Terminated.ExitCode)
	require.Contains(t, specOf(t, pod, "late").Image, "/orderly/tools")
}

func specOf(t *testing.T, pod *corev1.Pod, container string) corev1.Container {
	t.Helper()
	for _, c := range pod.Spec.Containers {
		if c.Name == container {
			return c
		}
	}
	require.FailNowf(t, "no such container", "%s is not among the containers: %s", container, asYAML(pod.Spec))
	return corev1.Container{}
}
