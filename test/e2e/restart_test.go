package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/mutate/contract"
)

// Orderly itself is restarted while a Job runs, before and after its sidecar is ready. The Job completes.
// Not parallel: while the webhook is away, those who ask are refused.
func TestJobCompletesAlthoughOrderlyIsRestarted(t *testing.T) {
	namespace := makeNamespace(t)
	database := shell("database", "sleep 4; touch /shared/up; exec sleep 1000000")
	database.ReadinessProbe = execProbe("test -e /shared/up")
	createJob(t, namespace, makeJob("one, two", shell("one", "sleep 4; echo one"), shell("two", "echo two"), database))
	waitForPod(t, namespace, "the sidecar to run", func(pod *corev1.Pod) bool {
		return len(pod.Status.InitContainerStatuses) > 0 && pod.Status.InitContainerStatuses[0].State.Running != nil
	})

	deleteOrderlyPods(t)
	waitForPod(t, namespace, "READY to be written by the companion that came back", func(pod *corev1.Pod) bool {
		return pod.Annotations[contract.AnnotationReady] == contract.ReadyValue
	})
	deleteOrderlyPods(t)

	ended := waitForJob(t, namespace, batchv1.JobComplete)
	require.Zero(t, ended.Status.Failed)
	require.Equal(t, "two\n", logs(t, getPod(t, namespace), "two"))
	waitForOrderly(t)
}

func deleteOrderlyPods(t *testing.T) {
	t.Helper()
	pods, err := client.CoreV1().Pods(orderlyNamespace).List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(pods.Items), 3, "two webhooks and a companion")
	require.NoError(t, client.CoreV1().Pods(orderlyNamespace).DeleteCollection(t.Context(), metav1.DeleteOptions{}, metav1.ListOptions{}))
}

// waitForOrderly waits until every Deployment of Orderly is available again.
func waitForOrderly(t *testing.T) {
	t.Helper()
	ctx := cleanupContext(t)
	waitFor(t, "Orderly to be available", func() (bool, string) {
		list, err := client.AppsV1().Deployments(orderlyNamespace).List(ctx, metav1.ListOptions{})
		if err != nil {
			return false, err.Error()
		}
		for i := range list.Items {
			if !isAvailable(&list.Items[i]) {
				return false, list.Items[i].Name + asYAML(list.Items[i].Status)
			}
		}
		return len(list.Items) == 2, "fewer than two Deployments"
	})
}

// isAvailable reports whether every replica is new and available, and no old one is left.
func isAvailable(d *appsv1.Deployment) bool {
	want, status := *d.Spec.Replicas, d.Status
	return status.ObservedGeneration == d.Generation && status.Replicas == want && status.UpdatedReplicas == want &&
		status.AvailableReplicas == want && status.TerminatingReplicas != nil && *status.TerminatingReplicas == 0
}
