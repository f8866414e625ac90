package gate

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// "pod: {labels: {app: cache}, sameNode: true} — at least one matching ready Pod."
//
// With sameNode only Pods on this Pod's node count. The Pod that waits is never the one that it waits for, though it may have the labels; so the
// first Pod of a Deployment that waits for its own kind waits. A Pod that is being deleted is not ready, whatever its condition says: a Service
// sends it no traffic either.

var podKind = corev1.SchemeGroupVersion.WithKind("Pod")

// noNode is said of a Pod that waits for something on its node before it has one.
const noNode = "this Pod has no node yet"

func podInterests(q question) []Interest { return []Interest{podInterest(q)} }

// podInterest is the same with sameNode and without: one watch for all nodes instead of one for each.
func podInterest(q question) Interest {
	return q.selected(podKind, labels.SelectorFromSet(q.entry.Labels()).String())
}

func judgePod(q question) Verdict {
	where := ""
	if q.entry.SameNode() {
		if q.pod.Spec.NodeName == "" {
			return notYet(noNode)
		}
		where = " on node " + q.pod.Spec.NodeName
	}
	others := slices.DeleteFunc(seen[*corev1.Pod](q.sight, podInterest(q)), func(other *corev1.Pod) bool {
		return other.UID == q.pod.UID || q.entry.SameNode() && other.Spec.NodeName != q.pod.Spec.NodeName
	})
	switch {
	case slices.ContainsFunc(others, isReadyPod):
		return met()
	case len(others) == 0:
		return notYet("no Pod with these labels%s", where)
	default:
		return notYet("0 of %d Pods%s ready", len(others), where)
	}
}

func isReadyPod(pod *corev1.Pod) bool {
	return pod.DeletionTimestamp == nil && slices.ContainsFunc(pod.Status.Conditions, func(c corev1.PodCondition) bool {
		return c.Type == corev1.PodReady && c.Status == corev1.ConditionTrue
	})
}
