package e2e

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

// A user's tests fail. Nothing after them runs, and whoever looks at the Pod sees which step failed.
func TestStepsAfterAFailedOneDoNotRun(t *testing.T) {
	t.Parallel()
	namespace := makeNamespace(t)
	none := int32(0)
	job := makeJob("build, test, [image, docs], publish", shell("build", "echo ran"), shell("test", "echo ran; exit 7"),
		shell("image", "echo ran"), shell("docs", "echo ran"), shell("publish", "echo ran"))
	job.Spec.BackoffLimit = &none
	createJob(t, namespace, job)

	waitForJob(t, namespace, batchv1.JobFailed)

	pod := getPod(t, namespace)
	require.Equal(t, corev1.PodFailed, pod.Status.Phase)
	require.EqualValues(t, 0, status(t, pod, "build").State.Terminated.ExitCode)
	require.EqualValues(t, 7, status(t, pod, "test").State.Terminated.ExitCode)
	require.Equal(t, contract.Error, report(t, pod, "test").Reason)
	for _, step := range []string{"image", "docs", "publish"} {
		require.Zerof(t, status(t, pod, step).State.Terminated.ExitCode, "%s", step)
		require.Equalf(t, contract.Skipped, report(t, pod, step).Reason, "%s", step)
		require.Equalf(t, []string{"test"}, report(t, pod, step).Failed, "%s names the step that failed", step)
		require.Emptyf(t, logs(t, pod, step), "the command of %s ran", step)
	}
}

// Under OnFailure the kubelet runs a failed step again. What comes after it waits, and so does the sidecar.
func TestStepThatSucceedsInTheEndLetsTheNextOneRunOnce(t *testing.T) {
	t.Parallel()
	namespace := makeNamespace(t)
	serveWebhook(t, webhookOptions{namespace: namespace, order: afterOrderly, change: func(pod *corev1.Pod) {
		addOnce(pod, shell("agent", "exec sleep 1000000"), atTheStart)
	}})
	job := makeJob("flaky, after",
		shell("flaky", "echo run >> /shared/flaky; test $(wc -l < /shared/flaky) -ge 3"),
		shell("after", "echo run >> /shared/after; cat /shared/flaky /shared/after"))
	job.Spec.Template.Spec.RestartPolicy = corev1.RestartPolicyOnFailure
	createJob(t, namespace, job)

	waitForJob(t, namespace, batchv1.JobComplete)

	pod := getPod(t, namespace)
	require.EqualValues(t, 2, status(t, pod, "flaky").RestartCount)
	require.Zero(t, status(t, pod, "after").RestartCount)
	require.Equal(t, strings.Repeat("run\n", 3+1), logs(t, pod, "after"), "three runs of flaky, one of after")
	agent := status(t, pod, "agent")
	require.Zero(t, agent.RestartCount, "the sidecar lived until the end")
	requireEndedAfter(t, pod, "agent", "after")
}

// What a user got wrong is refused when the Job is created, all of it at once.
func TestMistakesAreRefusedAtOnce(t *testing.T) {
	t.Parallel()
	namespace := makeNamespace(t)
	job := makeJob("build, biuld, build, []", shell("build", "true"))
	job.Spec.Template.Spec.Containers[0].VolumeMounts[0].MountPath = "/builder/run"
	_, err := client.BatchV1().Jobs(namespace).Create(t.Context(), job, createOptions())
	require.Error(t, err)
	for _, want := range []string{
		"spec.template.metadata.annotations[orderly.dev/steps]", `"biuld"`, "did you mean", "already", "stage is empty",
		"spec.template.spec.containers[0].volumeMounts[0].mountPath", "/builder",
	} {
		require.ErrorContains(t, err, want)
	}
}
