package gate_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/sidecarstop/gate"
)

func TestADaemonSetIsMetByItsPodOnThisNode(t *testing.T) {
	const entry = "daemonset: ovs"
	ovs := aDaemonSet()
	tell(t, []story{
		{"there is no DaemonSet", entry, nil, cluster{aPod("a", "n1", ready, ownedBy(ovs))}, notYet("there is no such DaemonSet")},
		{"it has no Pods", entry, nil, cluster{ovs}, notYet("no Pod of the DaemonSet on node n1")},
		{"it has a ready Pod on another node", entry, nil, cluster{ovs, aPod("a", "n2", ready, ownedBy(ovs))}, notYet("no Pod of the DaemonSet on node n1")},
		{"its Pod here is not ready", entry, nil,
			cluster{ovs, aPod("a", "n2", ready, ownedBy(ovs)), aPod("b", "n1", ownedBy(ovs))}, notYet("its Pod on node n1 is not ready")},
		{"its Pod here is ready", entry, nil, cluster{ovs, aPod("a", "n2", ownedBy(ovs)), aPod("b", "n1", ready, ownedBy(ovs))}, met},
		{"its Pod here is being deleted", entry, nil, cluster{ovs, deleting(aPod("a", "n1", ready, ownedBy(ovs)))}, notYet("its Pod on node n1 is not ready")},
		{"the next Pod is ready while the last one leaves", entry, nil,
			cluster{ovs, deleting(aPod("a", "n1", ready, ownedBy(ovs))), aPod("b", "n1", ready, ownedBy(ovs))}, met},
		{"a ready Pod here has the labels but not the owner", entry, nil, cluster{ovs, aPod("a", "n1", ready)}, notYet("no Pod of the DaemonSet on node n1")},
		{"a ready Pod here belongs to the DaemonSet that had the name before", entry, nil,
			cluster{ovs, aPod("a", "n1", ready, ownedBy(replaced(ovs)))}, notYet("no Pod of the DaemonSet on node n1")},
		{"a ready Pod here names it as an owner that does not control it", entry, nil,
			cluster{ovs, aPod("a", "n1", ready, knownBy(ovs))}, notYet("no Pod of the DaemonSet on node n1")},
		{"the waiting Pod has no node", entry, waitingPod(withoutNode), cluster{ovs, aPod("a", "", ready, ownedBy(ovs))}, notYet("this Pod has no node yet")},
		{"it has no selector", entry, nil, cluster{&appsv1.DaemonSet{ObjectMeta: meta("ovs")}, aPod("a", "n1", ready, ownedBy(ovs))}, notYet("its selector cannot be read")},
	})
}

func TestPodsOfOtherNodesMayBeLeftOutOfWhatIsSeen(t *testing.T) {
	ovs := aDaemonSet()
	here := cluster{ovs, aPod("b", "n1", ownedBy(ovs))}
	everywhere := append(cluster{aPod("a", "n2", ready, ownedBy(ovs))}, here...)
	for _, text := range []string{"daemonset: ovs", "pod: {labels: {app: cache}, sameNode: true}"} {
		entry, pod := parse(t, text), waitingPod()
		require.True(t, entry.NeedsNode())
		require.Equal(t, gate.Judge(entry, pod, everywhere.watched(entry, pod)), gate.Judge(entry, pod, here.watched(entry, pod)))
	}
}

// aDaemonSet is ovs and selects Pods with the label app=cache.
func aDaemonSet() *appsv1.DaemonSet {
	return &appsv1.DaemonSet{ObjectMeta: meta("ovs"), Spec: appsv1.DaemonSetSpec{
		Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": "cache"}},
	}}
}

// replaced is the same by name, but another object.
func replaced(daemonSet *appsv1.DaemonSet) *appsv1.DaemonSet {
	other := daemonSet.DeepCopy()
	other.UID = "uid-before"
	return other
}

func ownedBy(daemonSet *appsv1.DaemonSet) func(*corev1.Pod) {
	return func(pod *corev1.Pod) {
		pod.OwnerReferences = []metav1.OwnerReference{*metav1.NewControllerRef(daemonSet, appsv1.SchemeGroupVersion.WithKind("DaemonSet"))}
	}
}

func knownBy(daemonSet *appsv1.DaemonSet) func(*corev1.Pod) {
	return func(pod *corev1.Pod) {
		ownedBy(daemonSet)(pod)
		pod.OwnerReferences[0].Controller = nil
	}
}
