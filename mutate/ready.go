package mutate

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

// setReady writes READY where the first steps have nothing to wait for, which saves them the way through the companion loop and
// the downward API.
//
// That is so when every sidecar is native and none has a readinessProbe: the kubelet starts native sidecars, and waits for their
// startupProbe, before any regular container starts, so they are as ready as anybody can tell. A readinessProbe it does
// not wait for, and regular sidecars start beside the steps; for these the companion has to look.
//
// A native sidecar that waits at a gate of its own runs, but is not ready; and what the whole Pod waits for is never known here, unless the Pod
// waits for it in the queue, before any step.
//
// It is decided anew in each pass, because a sidecar may have come since the last one: [removeStatus] has taken away what was there.
func setReady(pod *corev1.Pod, d decision) {
	if !waitsForSidecars(&pod.Spec, d) && !d.awaited.whole.gated {
		setAnnotation(&pod.ObjectMeta, contract.AnnotationReady, contract.ReadyValue)
	}
}

// waitsForSidecars gives the same answer about a Pod as it came and as it is rewritten.
func waitsForSidecars(spec *corev1.PodSpec, d decision) bool {
	return slices.ContainsFunc(spec.Containers, func(c corev1.Container) bool {
		switch d.role(c.Name) {
		case roleStep:
			return false
		case roleNative:
			return c.ReadinessProbe != nil || d.awaited.by(c.Name).gated
		}
		return true
	}) || slices.ContainsFunc(spec.InitContainers, func(c corev1.Container) bool {
		return isNative(&c) && (c.ReadinessProbe != nil || d.awaited.by(c.Name).gated)
	})
}

func isReady(pod *corev1.Pod) bool {
	return pod.Annotations[contract.AnnotationReady] == contract.ReadyValue
}
