package sidecarstop

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

// Decision is what is to be done for a Pod now. The zero value is nothing.
type Decision struct {
	// Ready says that the first steps may run: the annotation orderly.dev/ready becomes READY.
	Ready bool
	// Stop names the sidecars whose image becomes the nop image, because every step has ended and nothing else ends
	// them. In the order of the Pod's spec.
	Stop []string
}

// IsNothing reports whether there is nothing to do.
func (d Decision) IsNothing() bool { return !d.Ready && len(d.Stop) == 0 }

// Decide says what is to be done for a Pod, of which it reads only what [CacheOptions] keeps. Once done, the same question
// about the changed Pod is answered with nothing.
//
// The first steps may run when every sidecar is ready or has ended with 0. Sidecars are stopped when every step has
// ended for good. A Pod that is not managed by Orderly, has no steps, has finished or is being deleted is let alone.
func Decide(pod *corev1.Pod, nopImage string) Decision {
	members := membersOf(pod)
	isStep := func(m member) bool { return m.role == step }
	if !isAlive(pod) || !slices.ContainsFunc(members, isStep) {
		return Decision{}
	}
	return Decision{
		Ready: mayBegin(pod, members),
		Stop:  leftovers(pod, members, nopImage),
	}
}

// isAlive reports whether the Pod is ours and something can still happen in it.
func isAlive(pod *corev1.Pod) bool {
	return pod.Labels[contract.LabelManaged] == contract.ManagedYes &&
		pod.DeletionTimestamp == nil &&
		pod.Status.Phase != corev1.PodSucceeded &&
		pod.Status.Phase != corev1.PodFailed
}

// mayBegin reports whether the first steps wait for a word that can be given now.
func mayBegin(pod *corev1.Pod, members []member) bool {
	if pod.Annotations[contract.AnnotationReady] == contract.ReadyValue {
		return false
	}
	return !slices.ContainsFunc(members, func(m member) bool { return m.role != step && !m.isReady() })
}

// leftovers names the sidecars that would keep the Pod running although every step has ended: those that are
// neither native, which the kubelet stops, nor wrapped in a way that they leave by themselves. A Pending Pod has none: while
// the kubelet has not started all of its containers, a swapped image would be pulled and started for nothing.
func leftovers(pod *corev1.Pod, members []member, nopImage string) []string {
	if pod.Status.Phase != corev1.PodRunning {
		return nil
	}
	var names []string
	for _, m := range members {
		switch {
		case m.hasEnded(pod.Spec.RestartPolicy):
		case m.role == step:
			return nil
		case m.role == regular && m.image != nopImage:
			names = append(names, m.name)
		}
	}
	return names
}
