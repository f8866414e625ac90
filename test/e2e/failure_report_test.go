package e2e

import (
	"context"
	"io"
	"slices"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// cleanupContext lives on after the test's own context, which ends before clean-up functions run.
func cleanupContext(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), patience)
	t.Cleanup(cancel)
	return ctx
}

// printNamespace shows what a failed test leaves: its Pods with their logs, and the Events.
func printNamespace(ctx context.Context, t *testing.T, namespace string) {
	t.Helper()
	t.Logf("logs of the node's components: %s", nodeLogs)
	pods, err := client.CoreV1().Pods(namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		t.Logf("listing Pods: %v", err)
		return
	}
	for i := range pods.Items {
		pod := &pods.Items[i]
		pod.ManagedFields = nil
		t.Logf("Pod %s:%s", pod.Name, asYAML(pod))
		for _, c := range slices.Concat(pod.Spec.InitContainers, pod.Spec.Containers) {
			t.Logf("logs of %s/%s:\n%s", pod.Name, c.Name, readLogs(ctx, pod, c.Name))
		}
	}
	events, err := client.CoreV1().Events(namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		t.Logf("listing Events: %v", err)
		return
	}
	for _, e := range events.Items {
		t.Logf("Event %s %s %s/%s: %s: %s", e.LastTimestamp.Format(time.TimeOnly), e.Type, e.InvolvedObject.Kind, e.InvolvedObject.Name, e.Reason, e.Message)
	}
}

func readLogs(ctx context.Context, pod *corev1.Pod, container string) string {
	stream, err := client.CoreV1().Pods(pod.Namespace).GetLogs(pod.Name, &corev1.PodLogOptions{Container: container}).Stream(ctx)
	if err != nil {
		return err.Error()
	}
	defer func() { _ = stream.Close() }()
	text, err := io.ReadAll(io.LimitReader(stream, 64<<10))
	if err != nil {
		return err.Error()
	}
	return string(text)
}
