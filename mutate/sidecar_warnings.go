package mutate

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/mutate/nop"
)

// sidecarWarnings tells what may surprise about how the sidecars of a rewritten Pod end. Without steps nothing is a sidecar.
func sidecarWarnings(pod *corev1.Pod, d decision) []string {
	if !d.plan.any() {
		return nil
	}
	warnings := graceWarnings(pod, d)
	for i := range pod.Spec.Containers {
		c := &pod.Spec.Containers[i]
		if d.plan.has(c.Name) {
			continue
		}
		warnings = append(warnings, endWarnings(pod, c, d)...)
	}
	return warnings
}

// endWarnings are about one regular sidecar.
func endWarnings(pod *corev1.Pod, c *corev1.Container, d decision) []string {
	swapped := false
	var warnings []string
	switch {
	case d.role(c.Name) == roleKept:
		swapped = true
		if !nop.Knows(c.Command) && !d.awaited.concerns(c.Name) {
			warnings = append(warnings, fmt.Sprintf("sidecar %q has the command %.64q, which the image that it is stopped with does not have: it ends in "+
				"StartError, and the Pod does not succeed; choose another %s", c.Name, c.Command[0], contract.AnnotationSidecarStop))
		}
	case wrappable(c) == commandMissing: // see noticeLaunches
		swapped = !d.pending(c.Name)
	case wrappable(c) != canWrap:
		swapped = true
		warnings = append(warnings, fmt.Sprintf("sidecar %q has no command that can be wrapped: "+
			"when all steps have ended it is stopped by a change of its image", c.Name))
	case hasStopHook(c) && restartable(pod):
		warnings = append(warnings, fmt.Sprintf("the preStop hook of sidecar %q does not run when all steps have ended: "+
			"under restartPolicy OnFailure the sidecar leaves by itself", c.Name))
	}
	if swapped && restartable(pod) {
		warnings = append(warnings, fmt.Sprintf("under restartPolicy OnFailure the stop of sidecar %q is a restart, "+
			"which a Job counts against its backoffLimit", c.Name))
	}
	return warnings
}

// graceWarnings: the kubelet stops native sidecars, and gives them the time that the Pod has.
func graceWarnings(pod *corev1.Pod, d decision) []string {
	if d.settings.sidecarGrace == 0 {
		return nil
	}
	var without []string
	for i := range pod.Spec.InitContainers {
		if c := &pod.Spec.InitContainers[i]; isNative(c) {
			without = append(without, c.Name)
		}
	}
	for i := range pod.Spec.Containers {
		if c := &pod.Spec.Containers[i]; !d.plan.has(c.Name) && stoppedByKubelet(pod, c, d) {
			without = append(without, c.Name)
		}
	}
	if len(without) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("%s has no effect on what the kubelet stops, within terminationGracePeriodSeconds: %s",
		contract.AnnotationSidecarGrace, enumerate(without))}
}
