package mutate

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
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
	removeRepositories(pod, d)
	installer, waiter, cloner := takeInstaller(pod), takeWaiter(pod), takeCloner(pod)
	removeHome(pod)
	removeVolumes(pod)
	restoreProbes(pod)

	ours := needsOf(pod, around.facts)
	if d.plan.any() {
		convertSidecars(pod, d, converted)
	}
	ours.allowances = allowancesOf(pod)
	addCloner(pod, cloner, d, ours)
	addWaiter(pod, waiter, d, ours)
	if d.needsTools(&pod.Spec) {
		addInstaller(pod, installer, around, ours)
	}
	var lessRequests []string
	if d.plan.any() {
		lessRequests = reduceRequests(pod, d, around.facts.Limits)
		setReady(pod, d)
	}
	giveCommands(pod, d)
	wrapContainers(pod, d)
	addMountedVolumes(pod, d, around)
	addSharedDirectories(pod, d)
	addProjected(pod, d)
	addClonerVolumes(pod, d)
	addRepositories(pod, d)
	setSchedulingGate(pod, d)
	setReadinessGate(pod, d)

	text := summary(pod, d)
	setStatus(pod, d, text)
	warnings := slices.Concat([]string{text}, d.warnings, lessRequests, sidecarWarnings(pod, d), modeWarnings(pod, d))
	return report{summary: text, warnings: cutWarnings(warnings)}
}

// wrapContainers wraps every container that is to be wrapped and can be: the companion loop stops the sidecars that cannot. What runs is
// known, but for the Pods that a Job will make.
func wrapContainers(pod *corev1.Pod, d decision) {
	for i := range pod.Spec.InitContainers {
		switch c := &pod.Spec.InitContainers[i]; {
		case isOurs(c):
		case d.awaited.emulated[c.Name].replaced:
			replaceInit(pod, c, d)
		case isNative(c) || d.wrapsInit(c):
			wrapContainer(pod, c, d)
		default:
			releaseInit(c)
		}
	}
	for i := range pod.Spec.Containers {
		wrapContainer(pod, &pod.Spec.Containers[i], d)
	}
}

// wrapContainer leaves no wrapper where none is needed: there may be one of a pass under other annotations, or in a copy of another Pod.
func wrapContainer(pod *corev1.Pod, c *corev1.Container, d decision) {
	switch {
	case !d.wraps(c):
		unwrap(c)
		return
	case wrappable(c) != canWrap:
		return
	}
	options := d.options(pod, c)
	d.addWaits(&options, pod, c.Name)
	if d.seesTree(c) {
		options.EnvFiles = []string{contract.CloneEnvFile}
	}
	options.Started = deferProbes(c, options)
	wrap(c, options)
	addPodIP(c, options.Templates)
	switch {
	case options.PostFile == "":
		addMounts(c, d.wrapperMounts(c, options))
	case len(options.Results) > 0:
		addMounts(c, append(stepMounts(c.Name), resultsMount(c.Name)))
	default:
		addMounts(c, stepMounts(c.Name))
	}
}

// options are the flags that follow from what a container is.
func (d decision) options(pod *corev1.Pod, c *corev1.Container) contract.Options {
	s, isStep := d.plan.find(c.Name)
	switch {
	case isStep:
		options := stepOptions(pod, c, s)
		addReport(&options, pod, c, d.settings)
		options.LogPrefix = logPrefix(s, d.settings)
		return options
	case !d.plan.any():
		return contract.Options{}
	case isNative(c) || d.awaited.isInitial(c.Name):
		return contract.Options{Restartable: restartable(pod)}
	}
	return sidecarOptions(pod, c, d)
}
