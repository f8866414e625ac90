package gate

import (
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// "daemonset: ovs-agent — its Pod on this node is ready; no Pod there is not ready."
//
// kubernetes-entrypoint takes a node without a Pod of the DaemonSet for ready, and so starts too early on a node that is new. Here it waits.
// A Pod is the DaemonSet's when its controller has the DaemonSet's UID: labels can be anybody's. During an update there may be two Pods on a node,
// and one that is ready is enough.

func daemonSetInterests(q question) []Interest {
	interests := []Interest{daemonSetInterest(q)}
	if daemonSet, there := the[*appsv1.DaemonSet](q.sight, interests[0]); there {
		if pods, readable := podsInterest(q, daemonSet); readable {
			interests = append(interests, pods)
		}
	}
	return interests
}

func daemonSetInterest(q question) Interest {
	return q.named(appsv1.SchemeGroupVersion.WithKind("DaemonSet"), Whole)
}

// podsInterest is that in the DaemonSet's Pods on all nodes, so that one watch serves the waiting Pods of all nodes. The API server takes no DaemonSet
// without a selector, and a text of none would ask for every Pod.
func podsInterest(q question, daemonSet *appsv1.DaemonSet) (Interest, bool) {
	selector, err := metav1.LabelSelectorAsSelector(daemonSet.Spec.Selector)
	if err != nil || selector.String() == "" {
		return Interest{}, false
	}
	return q.selected(podKind, selector.String()), true
}

func judgeDaemonSet(q question) Verdict {
	daemonSet, there := the[*appsv1.DaemonSet](q.sight, daemonSetInterest(q))
	if !there {
		return notYet("there is no such DaemonSet")
	}
	interest, readable := podsInterest(q, daemonSet)
	node := q.pod.Spec.NodeName
	switch {
	case !readable:
		return notYet("its selector cannot be read")
	case node == "":
		return notYet(noNode)
	}
	here := slices.DeleteFunc(seen[*corev1.Pod](q.sight, interest), func(pod *corev1.Pod) bool {
		return pod.Spec.NodeName != node || !metav1.IsControlledBy(pod, daemonSet)
	})
	switch {
	case slices.ContainsFunc(here, isReadyPod):
		return met()
	case len(here) == 0:
		return notYet("no Pod of the DaemonSet on node %s", node)
	default:
		return notYet("its Pod on node %s is not ready", node)
	}
}
