package e2e

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"

	"orderly.dev/mutate/contract"
)

// A user's database needs three seconds until it can be used. The first step waits for it, without a line in its own script.
func TestFirstStepWaitsForTheSidecarToBeReady(t *testing.T) {
	t.Parallel()
	namespace := makeNamespace(t)
	database := shell("database", "sleep 3; "+clock+" > /shared/ready; exec sleep 1000000")
	database.ReadinessProbe = execProbe("test -s /shared/ready")
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	events, err := client.CoreV1().Pods(namespace).Watch(ctx, metav1.ListOptions{})
	require.NoError(t, err)
	defer events.Stop()

	createJob(t, namespace, makeJob("first", shell("first", "echo step $("+clock+"); echo ready $(cat /shared/ready)"), database))
	seen := readHistory(t, events)
	waitForJob(t, namespace, batchv1.JobComplete)

	require.False(t, seen.sidecarReady.IsZero(), "the sidecar never became ready")
	require.False(t, seen.gateOpen.IsZero(), "READY never reached the API")
	require.False(t, seen.gateOpen.Before(seen.sidecarReady), "READY was written before the sidecar was ready")
	t.Logf("READY came %s after the sidecar was ready", seen.gateOpen.Sub(seen.sidecarReady))
	require.Less(t, seen.gateOpen.Sub(seen.sidecarReady), atOnce, "READY came by a poll, not at once")
	times := readStamps(t, logs(t, getPod(t, namespace), "first"))
	require.LessOrEqual(t, times["ready"], times["step"], "the step ran before the sidecar was ready")
}

// atOnce tells an event from a poll, with room for a busy machine. How fast it really is, is measured by test/bench.
const atOnce = 5 * time.Second

type history struct{ sidecarReady, gateOpen time.Time }

// readHistory follows the Pod until it has ended.
func readHistory(t *testing.T, events watch.Interface) history {
	t.Helper()
	var seen history
	for event := range events.ResultChan() {
		pod, isPod := event.Object.(*corev1.Pod)
		require.Truef(t, isPod, "the watch ended: %v", event.Object)
		for _, s := range pod.Status.InitContainerStatuses {
			if s.Name == "database" && s.Ready && seen.sidecarReady.IsZero() {
				seen.sidecarReady = time.Now()
			}
		}
		if pod.Annotations[contract.AnnotationReady] == contract.ReadyValue && seen.gateOpen.IsZero() {
			seen.gateOpen = time.Now()
		}
		if pod.Status.Phase == corev1.PodSucceeded || pod.Status.Phase == corev1.PodFailed {
			return seen
		}
	}
	require.FailNow(t, "the Pod did not end")
	return seen
}
