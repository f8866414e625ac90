package mutate

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

// A Pod without steps waits in an init container, [contract.WaitContainer]: nothing of the user's is rewritten, and nothing that the kubelet does
// to the user's containers, such as probing them, begins before it is over. It runs the wrapper of the tools image itself, in front of a
// program that exits 0.

// waiterMounts are the annotations of the Pod, and nothing over the API token.
var waiterMounts = []corev1.VolumeMount{
	mountReady,
	{Name: volumeEmpty, MountPath: tokenDir, ReadOnly: true},
}

// needsWaiter reports whether such an init container is needed. Where all steps that were asked for are wrong, that is told already, and it is not
// known who would wait.
func (d decision) needsWaiter() bool {
	return !d.plan.any() && !d.plan.failed() && d.awaited.whole.waits()
}

// addWaiter puts the init container behind the native sidecars that come first, so that a mesh is up, and before everything else. It is what
// an earlier pass added, or a zero container.
func addWaiter(pod *corev1.Pod, waiter corev1.Container, d decision, ours needs) {
	if !d.needsWaiter() {
		return
	}
	fillWaiter(&waiter, pod, d)
	allot(&waiter, ours, frugals)
	waiter.SecurityContext = installerSecurity(pod)
	pod.Spec.InitContainers = slices.Insert(pod.Spec.InitContainers, leadingNatives(&pod.Spec), waiter)
}

// fillWaiter sets what Orderly decides about it, but for what it asks for. The rest, which others gave it after an earlier pass, stays.
func fillWaiter(c *corev1.Container, pod *corev1.Pod, d decision) {
	c.Name = contract.WaitContainer
	options := waiterOptions(pod, c.Name, d.awaited.whole)
	c.Command, c.Args = slices.Concat([]string{contract.ToolsWrapper}, options.Words()), nil
	fillTool(c, d.config)
	addMounts(c, waiterMounts)
}

// waiterOptions are the flags of an init container that does nothing but wait for its share.
func waiterOptions(pod *corev1.Pod, container string, s share) contract.Options {
	options := contract.Options{Entrypoint: contract.ToolsNop}
	if s.gated {
		options.ReadyFiles = []string{contract.GateFile(container)}
	}
	addShares(&options, s)
	if endsItself(&pod.Spec) {
		options.CancelFiles = []string{contract.CancelFile}
		options.WaitTimeout = s.timeout
	}
	return options
}

// leadingNatives counts the native sidecars before the first init container of another kind, without what Orderly added. Those that it converted
// itself stand behind the user's.
func leadingNatives(spec *corev1.PodSpec) int {
	count := 0
	for i := range spec.InitContainers {
		c := &spec.InitContainers[i]
		switch {
		case isOurs(c):
		case !isNative(c), isConverted(c):
			return count
		default:
			count++
		}
	}
	return count
}

// isOurs reports whether an init container was added by an earlier pass.
func isOurs(c *corev1.Container) bool { return isInstaller(c) || isWaiter(c) || isCloner(c) }

// takeWaiter removes the waiter of an earlier pass, as [takeInstaller] removes the installer.
func takeWaiter(pod *corev1.Pod) corev1.Container { return takeInit(pod, isWaiter) }

// isWaiter reports whether a container is the waiter, in the way of [isInstaller].
func isWaiter(c *corev1.Container) bool {
	if c.Name != contract.WaitContainer || !hasMounts(c, waiterMounts) {
		return false
	}
	found, waits := contract.FindWaiter(slices.Concat(c.Command, c.Args))
	return waits && found.Options.Entrypoint == contract.ToolsNop
}
