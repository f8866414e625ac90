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
// It is decided anew in each pass, because a sidecar may have come since the last one: [removeStatus] has taken away what was there.
func setReady(pod *corev1.Pod, p plan) {
	if !waitsForSidecars(pod, p) {
		pod.Annotations[contract.AnnotationReady] = contract.ReadyValue
	}
}

func waitsForSidecars(pod *corev1.Pod, p plan) bool {
	return slices.ContainsFunc(pod.Spec.Containers, func(c corev1.Container) bool { return !p.has(c.Name) }) ||
		slices.ContainsFunc(pod.Spec.InitContainers, func(c corev1.Container) bool {
			return isNative(&c) && c.ReadinessProbe != nil
		})
}

func isReady(pod *corev1.Pod) bool {
	return pod.Annotations[contract.AnnotationReady] == contract.ReadyValue
}
