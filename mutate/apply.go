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
func apply(pod *corev1.Pod, d decision, around surroundings) report {
	converted := convertedSidecars(pod)
	removeStatus(pod, d.owner)
	installer := takeInstaller(pod)
	removeHome(pod)
	removeVolumes(pod)
	restoreProbes(pod)

	var lessRequests []string
	if d.plan.any() {
		convertSidecars(pod, d, converted)
		lessRequests = reduceRequests(pod, d, around.facts.Limits)
		addTools(pod, installer, around)
		addVolumes(pod, runVolume(pod), readyVolume())
		setReady(pod, d)
		giveCommands(pod, d)
		wrapContainers(pod, d)
	} else {
		unwrapContainers(pod)
	}
	addSharedDirectories(pod, d)

	text := summary(pod, d.plan)
	setStatus(pod, d, text)
	warnings := slices.Concat([]string{text}, d.warnings, lessRequests, sidecarWarnings(pod, d))
	return report{summary: text, warnings: cutWarnings(warnings)}
}

// wrapContainers wraps every step, and every regular sidecar that can be: the companion loop stops the others. What a step runs is known,
// but for the Pods that a Job will make.
func wrapContainers(pod *corev1.Pod, d decision) {
	for i := range pod.Spec.Containers {
		c := &pod.Spec.Containers[i]
		s, found := d.plan.find(c.Name)
		switch {
		case d.role(c.Name) == roleKept:
			unwrap(c)
		case wrappable(c) != canWrap:
		case found:
			wrapStep(pod, c, s, d.settings)
		default:
			wrap(c, sidecarOptions(pod, c, d))
			addMounts(c, sidecarMounts())
		}
	}
}

func wrapStep(pod *corev1.Pod, c *corev1.Container, s step, chosen settings) {
	options := stepOptions(pod, c, s)
	addReport(&options, pod, c, chosen)
	options.LogPrefix = logPrefix(s, chosen)
	options.Started = deferProbes(c, options)
	wrap(c, options)
	addMounts(c, stepMounts(c.Name))
	if len(options.Results) > 0 {
		addMounts(c, []corev1.VolumeMount{resultsMount(c.Name)})
	}
}

// unwrapContainers leaves no wrapper in a Pod without steps. One that was copied from a Pod with steps may have some.
func unwrapContainers(pod *corev1.Pod) {
	for i := range pod.Spec.Containers {
		unwrap(&pod.Spec.Containers[i])
	}
}
