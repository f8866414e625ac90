package mutate

import (
	"cmp"
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// role says what becomes of a regular container.
type role int

const (
	// roleStep is a step of the plan.
	roleStep role = iota
	// roleNative is a sidecar of the object: it becomes a native one.
	roleNative
	// roleLate is a sidecar that somebody else's webhook added: it stays a regular container, and is wrapped where its command
	// is known.
	roleLate
	// roleKept stays as it is. The companion loop changes its image when all steps have ended; where there are no steps, nobody
	// does anything to it.
	roleKept
)

// role follows from names alone, so that the answer is the same in every pass, whether the webhook that added a container was
// called before ours or after. Where nobody says which containers are the object's, as on a Pod without a Job, all are. A user who
// chose one way for all sidecars knows better.
func (d decision) role(container string) role {
	switch {
	case d.plan.has(container):
		return roleStep
	case !d.plan.any(), d.settings.sidecarStop == stopNop:
		return roleKept
	case d.settings.sidecarStop == stopNative:
		return roleNative
	case d.settings.sidecarStop == stopSignal, d.config.isKnownSidecar(container), d.owner.known() && !d.owner.has(container):
		return roleLate
	}
	return roleNative
}

// convertSidecars moves the object's own sidecars behind the init containers and makes them native. Those that an earlier
// pass converted are named in converted; they move behind what has been added since.
func convertSidecars(pod *corev1.Pod, d decision, converted map[string]bool) {
	var initial, native, regular []corev1.Container
	for _, c := range pod.Spec.InitContainers {
		if converted[c.Name] {
			native = append(native, c)
		} else {
			initial = append(initial, c)
		}
	}
	for _, c := range pod.Spec.Containers {
		if d.role(c.Name) == roleNative {
			native = append(native, c)
		} else {
			regular = append(regular, c)
		}
	}
	for i := range native {
		makeNative(&native[i])
	}
	slices.SortStableFunc(native, d.compareNative)
	pod.Spec.InitContainers = slices.Concat(initial, native)
	pod.Spec.Containers = regular
}

// compareNative puts the sidecars of the owner's template in their order there, behind those that others added, which may be what they
// need, such as a mesh. Those come in the order of their names, because the order in which they were added differs between the passes.
func (d decision) compareNative(a, b corev1.Container) int {
	ofA, ofB := d.owner.index(a.Name), d.owner.index(b.Name)
	if d.owner.known() && ofA < 0 && ofB < 0 {
		return cmp.Compare(a.Name, b.Name)
	}
	return cmp.Compare(ofA, ofB)
}

// makeNative keeps everything of the container: probes, ports, lifecycle hooks and the command.
func makeNative(c *corev1.Container) {
	c.RestartPolicy = new(corev1.ContainerRestartPolicyAlways)
	addMounts(c, nativeMounts())
}

// convertedSidecars names the native sidecars that an earlier pass made: they have the mount of [nativeMounts], which nobody
// else's container has.
func convertedSidecars(pod *corev1.Pod) map[string]bool {
	converted := map[string]bool{}
	for i := range pod.Spec.InitContainers {
		if c := &pod.Spec.InitContainers[i]; isConverted(c) {
			converted[c.Name] = true
		}
	}
	return converted
}

func isConverted(c *corev1.Container) bool {
	return isNative(c) && hasMounts(c, nativeMounts())
}

// sidecarNames lists the sidecars of a rewritten Pod, its native ones first.
func sidecarNames(pod *corev1.Pod, p plan) []string {
	var names []string
	for i := range pod.Spec.InitContainers {
		if c := &pod.Spec.InitContainers[i]; isNative(c) {
			names = append(names, c.Name)
		}
	}
	for i := range pod.Spec.Containers {
		if name := pod.Spec.Containers[i].Name; !p.has(name) {
			names = append(names, name)
		}
	}
	return names
}
