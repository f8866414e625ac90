package timeline

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

// splitContainers parts the containers of a Pod into steps, sidecars and others, by the wrapper's flags.
func (t *Timeline) splitContainers(pod *corev1.Pod) {
	for i := range pod.Spec.InitContainers {
		c := &pod.Spec.InitContainers[i]
		kind := Initial
		if c.RestartPolicy != nil && *c.RestartPolicy == corev1.ContainerRestartPolicyAlways {
			kind = Native
		}
		t.Containers = append(t.Containers, t.makeContainer(pod, c, kind))
	}
	for i := range pod.Spec.Containers {
		c := &pod.Spec.Containers[i]
		options := optionsOf(c)
		switch {
		case options.PostFile != "":
			t.Steps = append(t.Steps, makeStep(pod, options, statusOf(c.Name, pod.Status.ContainerStatuses)))
		case len(options.StopFiles) > 0 && options.StopBy != contract.StopByKubelet:
			t.Containers = append(t.Containers, t.makeContainer(pod, c, Wrapped))
		default:
			t.Containers = append(t.Containers, t.makeContainer(pod, c, Regular))
		}
	}
	if len(t.Steps) == 0 {
		return
	}
	isInitial := func(c Container) bool { return c.Kind == Initial }
	t.Sidecars = slices.DeleteFunc(slices.Clone(t.Containers), isInitial)
	t.Containers = slices.DeleteFunc(t.Containers, func(c Container) bool { return !isInitial(c) })
}

// optionsOf gives the flags of the wrapper in front of a container, or of the waiter that it is, and the zero value where there is neither.
func optionsOf(c *corev1.Container) contract.Options {
	words := slices.Concat(c.Command, c.Args)
	if wrapper, found := contract.FindWrapper(words); found {
		return wrapper.Options
	}
	waiter, found := contract.FindWaiter(words)
	if !found || !slices.Contains(waiter.Options.ReadyFiles, contract.GateFile(c.Name)) {
		return contract.Options{}
	}
	return waiter.Options
}

// statusOf gives the zero value for a container that the kubelet has not reported yet.
func statusOf(name string, all []corev1.ContainerStatus) corev1.ContainerStatus {
	at := slices.IndexFunc(all, func(s corev1.ContainerStatus) bool { return s.Name == name })
	if at < 0 {
		return corev1.ContainerStatus{Name: name}
	}
	return all[at]
}
