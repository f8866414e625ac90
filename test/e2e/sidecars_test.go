package e2e

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
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

// Something else adds a sidecar after Orderly that runs what its image says. Where the registry tells, it is wrapped and leaves by itself.
func TestSidecarThatRunsWhatItsImageSaysLeavesByItself(t *testing.T) {
	t.Parallel()
	pod := runBesideLate(t, corev1.Container{Name: "late", Image: sleeper})

	late := status(t, pod, "late")
	require.Zero(t, late.RestartCount)
	require.Zero(t, late.State.Terminated.ExitCode)
	require.Equal(t, sleeper, lateSpec(t, pod).Image)
	requireEndedAfter(t, pod, "late", "work")
}

// Where no registry tells what it runs, the image of such a sidecar is swapped when the steps have ended.
func TestSidecarThatCannotBeWrappedIsSwapped(t *testing.T) {
	t.Parallel()
	// The node finds this image, because it pulls everything from one registry; the webhook finds nobody to ask at that address.
	pod := runBesideLate(t, corev1.Container{Name: "late", Image: "localhost:5001/test/sleeper:dev"})

	late := status(t, pod, "late")
	require.EqualValues(t, 1, late.RestartCount, "it ran, was stopped, and ran once more as nop")
	require.Zero(t, late.State.Terminated.ExitCode)
	require.Contains(t, lateSpec(t, pod).Image, "/orderly/tools")
}

// A sidecar that something else added has a preStop hook, which only the kubelet runs: it is stopped by a change of its image, and started
// again its wrapper leaves.
func TestHookOfASidecarThatAnotherWebhookAddsIsRun(t *testing.T) {
	t.Parallel()
	witness, volume, mount := makeWitness(t)
	late := shell("late", "sleep 1000000")
	late.VolumeMounts = []corev1.VolumeMount{mount}
	late.Lifecycle = &corev1.Lifecycle{PreStop: &corev1.LifecycleHandler{Exec: &corev1.ExecAction{Command: []string{"touch", "/witness/hook"}}}}
	pod := runBesideLate(t, late, volume)

	ended := status(t, pod, "late")
	require.EqualValues(t, 1, ended.RestartCount)
	require.Zero(t, ended.State.Terminated.ExitCode)
	require.Equal(t, contract.WrapperPath, lateSpec(t, pod).Command[0])
	require.FileExists(t, filepath.Join(witness, "hook"), "its preStop hook ran")
}

// runBesideLate runs a Job of one step beside a sidecar that another webhook adds after Orderly, with what it mounts, and returns its Pod.
func runBesideLate(t *testing.T, late corev1.Container, volumes ...corev1.Volume) *corev1.Pod {
	t.Helper()
	namespace := makeNamespace(t)
	serveWebhook(t, webhookOptions{namespace: namespace, order: afterOrderly, change: func(pod *corev1.Pod) {
		if !slices.Contains(containerNames(pod.Spec.Containers), late.Name) {
			pod.Spec.Volumes = append(pod.Spec.Volumes, volumes...)
		}
		addOnce(pod, late, atTheEnd)
	}})
	createJob(t, namespace, makeJob("work", shell("work", "echo work")))
	waitForJob(t, namespace, batchv1.JobComplete)
	return getPod(t, namespace)
}

// lateSpec is the sidecar "late" as the Pod has it now.
func lateSpec(t *testing.T, pod *corev1.Pod) corev1.Container {
	t.Helper()
	for _, c := range pod.Spec.Containers {
		if c.Name == "late" {
			return c
		}
	}
	require.FailNowf(t, "no such container", "late is not among the containers: %s", asYAML(pod.Spec))
	return corev1.Container{}
}
