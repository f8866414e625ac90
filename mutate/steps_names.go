package mutate

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/annotation"
)

// nameChecker finds names that are not containers, or that stand in the annotation twice, and names in after that are no steps.
type nameChecker struct {
	annotation.Reader
	// regular and initial are the names of the containers and init containers.
	regular, initial []string
	// enumerated lists the regular ones for messages, written once for all mentions.
	enumerated string
	// seen are the steps whose names are right; wrong are those that have been reported.
	seen  map[string]annotation.Position
	wrong map[string]bool
}

func newNameChecker(spec *corev1.PodSpec) nameChecker {
	regular := containerNames(spec.Containers)
	return nameChecker{
		regular:    regular,
		initial:    containerNames(spec.InitContainers),
		enumerated: enumerate(regular),
		seen:       map[string]annotation.Position{},
		wrong:      map[string]bool{},
	}
}

// check returns the mentions of a stage whose names are right.
func (n *nameChecker) check(stage []mention) []mention {
	var right []mention
	for _, m := range stage {
		if detail := n.problem(m.reference); detail != "" {
			n.wrong[m.name] = true
			n.refuse(m.reference, detail)
			continue
		}
		n.seen[m.name] = m.place
		right = append(right, m)
	}
	return right
}

func (n *nameChecker) problem(m reference) string {
	if before, twice := n.seen[m.name]; twice {
		return fmt.Sprintf("the name stands at %v already; a container runs once, so remove one of them", before)
	}
	switch {
	case slices.Contains(n.regular, m.name):
		return ""
	case slices.Contains(n.initial, m.name):
		return "this is an init container, and steps are regular containers; " +
			"init containers run before all steps anyway, so leave it out or move it to spec.containers"
	default:
		return "no container has this name" + n.Nearest(m.name, n.regular) + annotation.PartedHint(m.name) + "; the containers are " + n.enumerated
	}
}

// checkAfter judges what a step waits for, when all steps are known.
func (n *nameChecker) checkAfter(m mention) {
	before := make(map[string]annotation.Position, len(m.form.after))
	for _, other := range m.form.after {
		first, twice := before[other.name]
		before[other.name] = other.place
		switch {
		case twice:
			n.refuse(other, fmt.Sprintf("the name stands in this after at %v already; remove one of them", first))
		case other.name == m.name:
			n.refuse(other, "a step cannot wait for itself; remove it")
		default:
			n.checkReference(other)
		}
	}
}

// checkReference leaves out names that have been reported where they stand as a step.
func (n *nameChecker) checkReference(other reference) {
	_, isStep := n.seen[other.name]
	switch {
	case isStep, n.wrong[other.name]:
	case slices.Contains(n.regular, other.name):
		n.refuse(other, "this container is a sidecar, not a step, because it is no entry of the list; make it one, or remove it here")
	case slices.Contains(n.initial, other.name):
		n.refuse(other, "this is an init container; init containers run before all steps anyway, so remove it")
	case len(n.Problems()) >= maxProblems:
		n.refuse(other, "no step has this name")
	default:
		n.refuse(other, "no step has this name"+annotation.DidYouMean(other.name, n.steps())+"; the steps are "+enumerate(n.steps()))
	}
}

// steps lists the steps whose names are right, as they stand among the containers.
func (n *nameChecker) steps() []string {
	var names []string
	for _, name := range n.regular {
		if _, isStep := n.seen[name]; isStep {
			names = append(names, name)
		}
	}
	return names
}

// refuse reports a name where it stands.
func (n *nameChecker) refuse(at reference, detail string) { n.RefuseValue(at.place, at.name, detail) }

func containerNames(containers []corev1.Container) []string {
	names := make([]string, len(containers))
	for i := range containers {
		names[i] = containers[i].Name
	}
	return names
}
