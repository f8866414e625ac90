package mutate

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

// podTotal adds up something of the containers of a Pod as the scheduler does: everything that runs beside each other, or what
// an init container needs beside the native sidecars before it, whichever is more.
func podTotal(pod *corev1.Pod, of func(*corev1.Container) resource.Quantity) resource.Quantity {
	var running, peak resource.Quantity
	for i := range pod.Spec.InitContainers {
		c := &pod.Spec.InitContainers[i]
		if isNative(c) {
			running.Add(of(c))
			continue
		}
		beside := running.DeepCopy()
		beside.Add(of(c))
		if beside.Cmp(peak) > 0 {
			peak = beside
		}
	}
	for i := range pod.Spec.Containers {
		running.Add(of(&pod.Spec.Containers[i]))
	}
	if peak.Cmp(running) > 0 {
		return peak
	}
	return running
}

// hasPodResources reports whether the Pod as a whole says what it asks for.
func hasPodResources(pod *corev1.Pod) bool {
	r := pod.Spec.Resources
	return r != nil && len(r.Requests)+len(r.Limits) > 0
}

// isGuaranteed reports whether the Pod has the best quality of service: every container is limited in CPU and memory, and asks for
// as much.
func isGuaranteed(pod *corev1.Pod) bool {
	for _, containers := range [][]corev1.Container{pod.Spec.InitContainers, pod.Spec.Containers} {
		for i := range containers {
			for _, name := range []corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceMemory} {
				limit, request := limitOf(&containers[i], name), requestOf(&containers[i], name)
				if limit == nil || limit.Sign() <= 0 || limit.Cmp(request) != 0 {
					return false
				}
			}
		}
	}
	return true
}
