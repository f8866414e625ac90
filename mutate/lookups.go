package mutate

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// Lookups lists the images that have to be looked up before [Pod] can decide: those of containers that are to be wrapped, that
// name no command, neither themselves nor by orderly.dev/commands, and that the facts do not hold yet. It is nil for a Pod that is
// going to be denied whatever its images say. It is for Pods only: what a Job's containers run is found out for each of its
// Pods.
func Lookups(pod *corev1.Pod, config Config, facts Facts) []Lookup {
	hasNone := func(c corev1.Container) bool { return len(c.Command) == 0 }
	missing := slices.ContainsFunc(pod.Spec.Containers, hasNone) || slices.ContainsFunc(pod.Spec.InitContainers, hasNone)
	if !missing || !Asks(pod) {
		return nil
	}
	d, errs := decide(podSubject(pod), config)
	if len(errs) > 0 {
		return nil
	}
	possible := possiblePlatforms(&pod.Spec)
	var lookups []Lookup
	for _, l := range d.launches {
		if _, known := facts.Images[l.container]; l.pending && !known {
			lookups = append(lookups, Lookup{Container: l.container, Image: l.image, Platforms: possible, Needed: l.needed})
		}
	}
	return lookups
}
