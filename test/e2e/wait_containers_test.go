package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

// One container of a server waits for another one, its proxy. The others run meanwhile, and the Pod is not ready before all do.
func TestContainerOfAServerRunsWhenAnotherOneIsReady(t *testing.T) {
	t.Parallel()
	namespace := makeNamespace(t)
	pod := makeWaiting("- container: server\n  for: [app]")
	pod.Spec.RestartPolicy = corev1.RestartPolicyAlways
	pod.Spec.Containers = []corev1.Container{
		shell("app", "echo runs; exec sleep 1000000"), makeServer("").Spec.Containers[0], shell("log", "exec sleep 1000000"),
	}
	pod = awaitMissing(t, createPod(t, namespace, pod), "container server: not ready")
	require.NotNil(t, status(t, pod, "log").State.Running, "nobody waits but who should")
	require.Contains(t, asYAML(pod.Spec.ReadinessGates), contract.ConditionReady)
	require.NotEqual(t, corev1.ConditionTrue, conditionOf(pod, corev1.PodReady).Status)

	runInside(t, pod, "server", "touch /ready")

	pod = awaitPod(t, pod, "the Pod to be ready", func(p *corev1.Pod) bool { return conditionOf(p, corev1.PodReady).Status == corev1.ConditionTrue })
	require.Equal(t, "runs\n", logs(t, pod, "app"))
	require.Equal(t, contract.ReadyValue, pod.Annotations[contract.GateAnnotation("app")])
	for _, s := range pod.Status.ContainerStatuses {
		require.Zero(t, s.RestartCount, "%s was restarted", s.Name)
	}
	awaitEvent(t, namespace, "Pod/waiting", "Ready", "container app runs")
}

// A step in the middle waits for something by itself. The one before it does not.
func TestStepInTheMiddleWaitsForAService(t *testing.T) {
	t.Parallel()
	namespace := makeNamespace(t)
	startService(t, namespace, "db")
	job := makeJob("first, app, last", shell("first", "echo first"), shell("app", "echo runs"), shell("last", "echo last"))
	createJob(t, namespace, ask(job, contract.AnnotationWaitFor, "- service: db\n  for: [app]"))
	pod := waitForPod(t, namespace, "the first step to end", func(p *corev1.Pod) bool {
		return len(p.Status.ContainerStatuses) == 3 && status(t, p, "first").State.Terminated != nil
	})
	awaitMissing(t, pod, "service db: 0 of 1 endpoints ready")
	require.Empty(t, logs(t, pod, "last"))

	tellReady(t, namespace, "db")

	pod = awaitPod(t, pod, "the end of the Pod", isOver)
	require.Equal(t, corev1.PodSucceeded, pod.Status.Phase)
	require.Equal(t, contract.Completed, report(t, pod, "last").Reason)
}
