package gate_test

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
)

func TestAPodIsMetByOneThatIsReady(t *testing.T) {
	const entry, here = "pod: {labels: {app: cache}}", "pod: {labels: {app: cache}, sameNode: true}"
	tell(t, []story{
		{"there is none", entry, nil, nil, notYet("no Pod with these labels")},
		{"none has the labels", entry, nil, cluster{aPod("x", "n1", ready, app("web"))}, notYet("no Pod with these labels")},
		{"none is ready", entry, nil, cluster{aPod("x", "n1"), aPod("y", "n2", unready)}, notYet("0 of 2 Pods ready")},
		{"one of two is ready, on any node", entry, nil, cluster{aPod("x", "n1"), aPod("y", "n2", ready)}, met},
		{"the waiting Pod does not count, though it has the labels", entry, nil, cluster{waitingPod(ready)}, notYet("no Pod with these labels")},
		{"one that is being deleted does not count", entry, nil, cluster{deleting(aPod("x", "n1", ready))}, notYet("0 of 1 Pods ready")},
		{"one in another namespace does not count", entry, nil, cluster{within("identity", aPod("x", "n1", ready))}, notYet("no Pod with these labels")},
		{"a Pod without a node has others", entry, waitingPod(withoutNode), cluster{aPod("x", "n1", ready)}, met},

		{"with sameNode a ready one elsewhere does not count", here, nil, cluster{aPod("x", "n2", ready)}, notYet("no Pod with these labels on node n1")},
		{"with sameNode the one here is not ready", here, nil, cluster{aPod("x", "n2", ready), aPod("y", "n1")}, notYet("0 of 1 Pods on node n1 ready")},
		{"with sameNode the one here is ready", here, nil, cluster{aPod("x", "n2"), aPod("y", "n1", ready)}, met},
		{"with sameNode a Pod without a node has no neighbours, not even others without", here, waitingPod(withoutNode),
			cluster{aPod("x", "", ready)}, notYet("this Pod has no node yet")},
	})
}

// aPod has the label app=cache.
func aPod(name, node string, changes ...func(*corev1.Pod)) *corev1.Pod {
	pod := &corev1.Pod{ObjectMeta: meta(name), Spec: corev1.PodSpec{NodeName: node}}
	app("cache")(pod)
	for _, change := range changes {
		change(pod)
	}
	return pod
}

func app(name string) func(*corev1.Pod) {
	return func(pod *corev1.Pod) { pod.Labels = map[string]string{"app": name} }
}

func ready(pod *corev1.Pod) { setReady(pod, corev1.ConditionTrue) }

func unready(pod *corev1.Pod) { setReady(pod, corev1.ConditionFalse) }

func setReady(pod *corev1.Pod, status corev1.ConditionStatus) {
	pod.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodScheduled, Status: corev1.ConditionTrue}, {Type: corev1.PodReady, Status: status}}
}
