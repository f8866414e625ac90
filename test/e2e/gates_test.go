package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/mutate/contract"
)

// makeWaiting is a Pod that waits for these entries before its only container says that it runs.
func makeWaiting(entries string) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: "waiting", Annotations: map[string]string{contract.AnnotationWaitFor: entries}},
		Spec: corev1.PodSpec{
			RestartPolicy:                 corev1.RestartPolicyNever,
			TerminationGracePeriodSeconds: new(int64(grace)),
			Containers:                    []corev1.Container{shell("app", "echo runs")},
		},
	}
}

// awaitMissing waits until the Pod says that its gate is closed, and what is missing. By then the companion has looked, and nothing runs.
func awaitMissing(t *testing.T, pod *corev1.Pod, missing string) *corev1.Pod {
	t.Helper()
	pod = awaitPod(t, pod, "the condition to name "+missing, func(p *corev1.Pod) bool {
		ready := conditionOf(p, contract.ConditionReady)
		return ready.Status == corev1.ConditionFalse && strings.Contains(ready.Message, missing)
	})
	requireClosed(t, pod)
	return pod
}

// requireClosed requires that no gate of a container is open, and that the container "app" has not run.
func requireClosed(t *testing.T, pod *corev1.Pod) {
	t.Helper()
	for key := range pod.Annotations {
		require.Falsef(t, strings.HasPrefix(key, contract.GatePrefix), "%s is open already", key)
	}
	for _, s := range pod.Status.ContainerStatuses {
		if s.Name == "app" && (s.State.Running != nil || s.State.Terminated != nil) {
			require.Emptyf(t, logs(t, pod, "app"), "it ran before it should: %s", asYAML(pod.Status))
		}
	}
}

// requireRuns requires that the Pod of makeWaiting runs now, and well.
func requireRuns(t *testing.T, pod *corev1.Pod) *corev1.Pod {
	t.Helper()
	pod = awaitPod(t, pod, "the end of the Pod", isOver)
	require.Equal(t, corev1.PodSucceeded, pod.Status.Phase, asYAML(pod.Status))
	require.Equal(t, "runs\n", logs(t, pod, "app"))
	require.Equal(t, corev1.ConditionTrue, conditionOf(pod, contract.ConditionReady).Status)
	return pod
}

func isOver(pod *corev1.Pod) bool {
	return pod.Status.Phase == corev1.PodSucceeded || pod.Status.Phase == corev1.PodFailed
}

// conditionOf is the zero value where the Pod has no such condition.
func conditionOf(pod *corev1.Pod, kind corev1.PodConditionType) corev1.PodCondition {
	i := slices.IndexFunc(pod.Status.Conditions, func(c corev1.PodCondition) bool { return c.Type == kind })
	if i < 0 {
		return corev1.PodCondition{}
	}
	return pod.Status.Conditions[i]
}

// makeServer is a template of Pods with the label app, which run for ever and are ready from [tellReady] on.
func makeServer(app string) corev1.PodTemplateSpec {
	c := corev1.Container{Name: "server", Image: busybox, Command: []string{"sleep", "1000000"}, ReadinessProbe: execProbe("test -e /ready")}
	return corev1.PodTemplateSpec{
		ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{"app": app}},
		Spec:       corev1.PodSpec{TerminationGracePeriodSeconds: new(int64(1)), Containers: []corev1.Container{c}},
	}
}

// createServer creates one Pod of makeServer.
func createServer(t *testing.T, namespace, app string) *corev1.Pod {
	t.Helper()
	template := makeServer(app)
	return createPod(t, namespace, &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: app, Labels: template.Labels}, Spec: template.Spec})
}

// createService creates a Service with one Pod behind it.
func startService(t *testing.T, namespace, name string) {
	t.Helper()
	createServer(t, namespace, name)
	_, err := client.CoreV1().Services(namespace).Create(t.Context(), &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec:       corev1.ServiceSpec{Selector: map[string]string{"app": name}, Ports: []corev1.ServicePort{{Port: 80}}},
	}, createOptions())
	require.NoError(t, err)
}

// tellReady makes the Pods with that label ready, when they run.
func tellReady(t *testing.T, namespace, app string) {
	t.Helper()
	var pods []corev1.Pod
	waitFor(t, "the Pods of "+app+" to run", func() (bool, string) {
		list, err := client.CoreV1().Pods(namespace).List(t.Context(), metav1.ListOptions{LabelSelector: "app=" + app})
		if err != nil {
			return false, err.Error()
		}
		pods = slices.DeleteFunc(list.Items, func(p corev1.Pod) bool { return p.Spec.NodeName == elsewhere })
		waiting := slices.ContainsFunc(pods, func(p corev1.Pod) bool { return !allRun(&p) })
		return len(pods) > 0 && !waiting, fmt.Sprintf("%d Pods%s", len(pods), asYAML(pods))
	})
	for i := range pods {
		runInside(t, &pods[i], "server", "touch /ready")
	}
}

// eventsOf lists the Events about an object of a kind with a reason, as "Type: message", in the order of their messages.
func eventsOf(t *testing.T, namespace, object, reason string) []string {
	t.Helper()
	kind, name, _ := strings.Cut(object, "/")
	list, err := client.CoreV1().Events(namespace).List(t.Context(), metav1.ListOptions{
		FieldSelector: fmt.Sprintf("involvedObject.kind=%s,involvedObject.name=%s,reason=%s", kind, name, reason),
	})
	require.NoError(t, err)
	var messages []string
	for _, e := range list.Items {
		messages = append(messages, e.Type+": "+e.Message)
	}
	slices.Sort(messages)
	return messages
}

// awaitEvent waits for an Event with that text in it, as eventsOf writes it.
func awaitEvent(t *testing.T, namespace, object, reason, text string) {
	t.Helper()
	waitFor(t, "an Event "+reason+" on "+object+" with "+text, func() (bool, string) {
		messages := eventsOf(t, namespace, object, reason)
		return slices.ContainsFunc(messages, func(m string) bool { return strings.Contains(m, text) }), strings.Join(messages, "\n")
	})
}
