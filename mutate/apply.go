package mutate

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// report tells what a rewrite did.
type report struct {
	summary  string
	warnings []string
}

// apply rewrites a Pod that has been judged and found right. It changes the Pod in place, so it is given a copy.
//
// First it takes away what an earlier pass added, then it adds everything anew: so each pass gives the same result, whoever
// changed the Pod between them. Only the wrapper stays where it is, because a tool may stand before it.
func apply(pod *corev1.Pod, d decision, config Config) report {
	converted := convertedSidecars(pod)
	removeStatus(pod, d.owner)
	installer := takeInstaller(pod)
	removeVolumes(pod)

	convertSidecars(pod, d, converted)
	addTools(pod, installer, config)
	addVolumes(pod, runVolume(pod), readyVolume())
	setReady(pod, d.plan)
	wrapContainers(pod, d.plan)

	text := summary(pod, d.plan)
	setStatus(pod, text, config)
	warnings := slices.Concat([]string{text}, sidecarWarnings(pod, d.plan))
	return report{summary: text, warnings: cutWarnings(warnings)}
}

// wrapContainers wraps every step, and every regular sidecar that can be: the companion loop stops the others.
func wrapContainers(pod *corev1.Pod, p plan) {
	for i := range pod.Spec.Containers {
		c := &pod.Spec.Containers[i]
		if s, found := p.find(c.Name); found {
			wrap(c, stepOptions(pod, c, s))
			addMounts(c, stepMounts(c.Name))
			continue
		}
		if wrappable(c) == canWrap {
			wrap(c, sidecarOptions(pod, p))
			addMounts(c, sidecarMounts())
		}
	}
}
