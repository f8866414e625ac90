package mutate

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

// setSchedulingGate holds a Pod in the queue of the scheduler, or no longer: whoever made it may have copied one that was held. The companion
// loop takes the gate away when everything is true that the whole Pod waits for. Gates of others stay.
func setSchedulingGate(pod *corev1.Pod, d decision) {
	ours := corev1.PodSchedulingGate{Name: contract.SchedulingGate}
	pod.Spec.SchedulingGates = slices.DeleteFunc(pod.Spec.SchedulingGates, func(g corev1.PodSchedulingGate) bool { return g == ours })
	if d.awaited.held {
		pod.Spec.SchedulingGates = append(pod.Spec.SchedulingGates, ours)
	}
}
