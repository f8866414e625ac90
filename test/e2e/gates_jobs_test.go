package e2e

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// task is a Job that others wait for. It does not ask for Orderly, and fails for good at its first failure.
func task(name, script string) *batchv1.Job {
	return &batchv1.Job{
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{"initializes": "db"}},
		Spec: batchv1.JobSpec{
			BackoffLimit: new(int32(0)),
			Template: corev1.PodTemplateSpec{Spec: corev1.PodSpec{
				RestartPolicy: corev1.RestartPolicyNever,
				Containers:    []corev1.Container{shell("main", script)},
			}},
		},
	}
}

// suspended is a task that does not run before [resume].
func suspended(name string) *batchv1.Job {
	job := task(name, "true")
	job.Spec.Suspend = new(true)
	return job
}

func resume(t *testing.T, namespace, name string) {
	t.Helper()
	_, err := client.BatchV1().Jobs(namespace).Patch(t.Context(), name, types.MergePatchType, []byte(`{"spec": {"suspend": false}}`), metav1.PatchOptions{})
	require.NoError(t, err)
}

// awaitTask waits until a task has that condition.
func awaitTask(t *testing.T, namespace, name string, want batchv1.JobConditionType) {
	t.Helper()
	waitFor(t, name+" to be "+string(want), func() (bool, string) {
		job, err := client.BatchV1().Jobs(namespace).Get(t.Context(), name, metav1.GetOptions{})
		if err != nil {
			return false, err.Error()
		}
		return slices.ContainsFunc(job.Status.Conditions, func(c batchv1.JobCondition) bool {
			return c.Type == want && c.Status == corev1.ConditionTrue
		}), asYAML(job.Status)
	})
}

// replaceTask deletes a task and creates another one of the same name.
func replaceTask(t *testing.T, namespace string, job *batchv1.Job) {
	t.Helper()
	background := metav1.DeletePropagationBackground
	require.NoError(t, client.BatchV1().Jobs(namespace).Delete(t.Context(), job.Name, metav1.DeleteOptions{PropagationPolicy: &background}))
	waitFor(t, job.Name+" to be gone, and made anew", func() (bool, string) {
		_, err := client.BatchV1().Jobs(namespace).Create(t.Context(), job, createOptions())
		return err == nil, describe(err)
	})
}

// A server waits for a Job that fails. It says so and stays as it is; when somebody has replaced the Job by one that succeeds, it starts.
func TestServerStartsWhenAFailedJobIsReplacedByOneThatSucceeds(t *testing.T) {
	t.Parallel()
	namespace := makeNamespace(t)
	createJob(t, namespace, task("migrate", "exit 1"))
	awaitTask(t, namespace, "migrate", batchv1.JobFailed)
	pod := makeWaiting("- job: migrate\n  timeout: 1s")
	pod.Spec.RestartPolicy = corev1.RestartPolicyAlways
	pod.Spec.Containers[0] = shell("app", "echo runs; exec sleep 1000000")
	pod = awaitMissing(t, createPod(t, namespace, pod), "job migrate: failed for good (BackoffLimitExceeded)")
	awaitEvent(t, namespace, "Pod/waiting", "WaitingFor", "Warning: job migrate: failed for good (BackoffLimitExceeded)")

	replaceTask(t, namespace, task("migrate", "true"))

	pod = awaitPod(t, pod, "the server to be ready", func(p *corev1.Pod) bool { return conditionOf(p, corev1.PodReady).Status == corev1.ConditionTrue })
	require.Equal(t, "runs\n", logs(t, pod, "app"))
	require.Zero(t, status(t, pod, "app").RestartCount)
	require.Zero(t, status(t, pod, "orderly-wait").RestartCount)
}
