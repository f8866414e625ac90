package e2e

import (
	"context"
	"io"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/yaml"

	"orderly.dev/mutate/contract"
)

// patience is how long a condition may take before the test fails. It is generous: the node has two cores, and
// several tests run side by side.
const patience = 3 * time.Minute

// waitFor waits until the condition is true; the second result of it describes the state for the failure's message.
func waitFor(t *testing.T, what string, condition func() (bool, string)) {
	t.Helper()
	var state string
	// Clean-up functions wait too, when the test's own context has ended.
	err := wait.PollUntilContextTimeout(context.WithoutCancel(t.Context()), 50*time.Millisecond, patience, true, func(context.Context) (bool, error) {
		var done bool
		done, state = condition()
		return done, nil
	})
	require.NoErrorf(t, err, "waiting for %s, which is: %s", what, state)
}

// waitForJob waits until the Job has ended and requires that it ended with the given condition.
func waitForJob(t *testing.T, namespace string, want batchv1.JobConditionType) *batchv1.Job {
	t.Helper()
	job := waitForEnd(t, namespace)
	i := slices.IndexFunc(job.Status.Conditions, func(c batchv1.JobCondition) bool {
		return c.Type == want && c.Status == corev1.ConditionTrue
	})
	require.GreaterOrEqualf(t, i, 0, "the Job is not %s but %s", want, asYAML(job.Status))
	return job
}

// waitForEnd waits until the Job has ended, well or not.
func waitForEnd(t *testing.T, namespace string) *batchv1.Job {
	t.Helper()
	var job *batchv1.Job
	waitFor(t, "the end of the Job", func() (bool, string) {
		var err error
		job, err = client.BatchV1().Jobs(namespace).Get(t.Context(), "job", metav1.GetOptions{})
		if err != nil {
			return false, describe(err)
		}
		return hasEnded(job), asYAML(job.Status)
	})
	return job
}

func hasEnded(job *batchv1.Job) bool {
	return slices.ContainsFunc(job.Status.Conditions, func(c batchv1.JobCondition) bool {
		return (c.Type == batchv1.JobComplete || c.Type == batchv1.JobFailed) && c.Status == corev1.ConditionTrue
	})
}

// getPods returns the Pods of the Job, oldest first.
func getPods(t *testing.T, namespace string) []corev1.Pod {
	t.Helper()
	list, err := client.CoreV1().Pods(namespace).List(t.Context(), metav1.ListOptions{LabelSelector: batchv1.JobNameLabel + "=job"})
	require.NoError(t, err)
	slices.SortFunc(list.Items, func(a, b corev1.Pod) int { return a.CreationTimestamp.Compare(b.CreationTimestamp.Time) })
	return list.Items
}

// getPod returns the only Pod of the Job.
func getPod(t *testing.T, namespace string) *corev1.Pod {
	t.Helper()
	pods := getPods(t, namespace)
	require.Len(t, pods, 1)
	return &pods[0]
}

// waitForPod waits until the Job has a Pod that satisfies the condition.
func waitForPod(t *testing.T, namespace, what string, condition func(*corev1.Pod) bool) *corev1.Pod {
	t.Helper()
	var pod *corev1.Pod
	waitFor(t, what, func() (bool, string) {
		pods := getPods(t, namespace)
		if len(pods) == 0 {
			return false, "no Pod"
		}
		pod = &pods[0]
		return condition(pod), asYAML(pod.Status)
	})
	return pod
}

// status returns the status of a container, native sidecars included.
func status(t *testing.T, pod *corev1.Pod, container string) corev1.ContainerStatus {
	t.Helper()
	for _, s := range slices.Concat(pod.Status.InitContainerStatuses, pod.Status.ContainerStatuses) {
		if s.Name == container {
			return s
		}
	}
	require.FailNowf(t, "no such container", "%s has no status in %s", container, asYAML(pod.Status))
	return corev1.ContainerStatus{}
}

// report returns what the wrapper of a step wrote when the step ended.
func report(t *testing.T, pod *corev1.Pod, step string) contract.Report {
	t.Helper()
	terminated := status(t, pod, step).State.Terminated
	require.NotNilf(t, terminated, "%s has not ended: %s", step, asYAML(pod.Status))
	r, found := contract.DecodeReport(terminated.Message)
	require.Truef(t, found, "%s left no report but %q", step, terminated.Message)
	return r
}

// requireEndedAfter requires that a sidecar ended when the step had left its marker, to the second, as the kubelet tells. (The
// container of the step may end a moment later than the sidecar: the marker comes before the wrapper's own end.)
func requireEndedAfter(t *testing.T, pod *corev1.Pod, sidecar, step string) {
	t.Helper()
	ended := status(t, pod, sidecar).State.Terminated.FinishedAt.Time
	require.False(t, ended.Before(report(t, pod, step).FinishedAt.Truncate(time.Second)), "%s ended before %s had", sidecar, step)
}

// logs gives what a container wrote, without what its wrapper says after half a minute of waiting: on a slow machine any step may wait for so
// long.
func logs(t *testing.T, pod *corev1.Pod, container string) string {
	t.Helper()
	stream, err := client.CoreV1().Pods(pod.Namespace).GetLogs(pod.Name, &corev1.PodLogOptions{Container: container}).Stream(t.Context())
	require.NoError(t, err)
	text, err := io.ReadAll(stream)
	require.NoError(t, err)
	require.NoError(t, stream.Close())
	return notices.ReplaceAllString(string(text), "")
}

var notices = regexp.MustCompile(`(?m)^entrypoint: still waiting for .*\n`)

func asYAML(v any) string {
	text, err := yaml.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return "\n" + string(text)
}

func describe(err error) string {
	if err == nil {
		return "there"
	}
	return err.Error()
}
