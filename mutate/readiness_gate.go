package mutate

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

// setReadinessGate keeps a Pod that restarts always out of every Service while a container of it waits at a gate: the kubelet sees the wrapper,
// which runs. The companion loop makes the condition true when all gates are open. Others' gates stay.
func setReadinessGate(pod *corev1.Pod, d decision) {
	ours := corev1.PodReadinessGate{ConditionType: contract.ConditionReady}
	pod.Spec.ReadinessGates = slices.DeleteFunc(pod.Spec.ReadinessGates, func(g corev1.PodReadinessGate) bool { return g == ours })
	outlivesInit := func(container string) bool { return !d.awaited.isInitial(container) } // before the others have ended no Pod is ready
	if !endsItself(&pod.Spec) && slices.ContainsFunc(d.awaited.gates(), outlivesInit) {
		pod.Spec.ReadinessGates = append(pod.Spec.ReadinessGates, ours)
	}
}
