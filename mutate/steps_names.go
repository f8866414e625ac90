package mutate

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// nameChecker finds names that are not containers, or that stand in the annotation twice, and names in after that are no steps.
type nameChecker struct {
	path *field.Path
	// regular and initial are the names of the containers and init containers.
	regular, initial []string
	// enumerated lists the regular ones for messages, written once for all mentions.
	enumerated string
	// seen are the steps whose names are right; wrong are those that have been reported.
	seen  map[string]position
	wrong map[string]bool
	errs  field.ErrorList
}

func newNameChecker(path *field.Path, spec *corev1.PodSpec) nameChecker {
	regular := containerNames(spec.Containers)
	return nameChecker{
		path:       path,
		regular:    regular,
		initial:    containerNames(spec.InitContainers),
		enumerated: enumerate(regular),
		seen:       map[string]position{},
		wrong:      map[string]bool{},
	}
}

// check returns the mentions of a stage whose names are right.
func (n *nameChecker) check(stage []mention) []mention {
	var right []mention
	for _, m := range stage {
		if detail := n.problem(m.reference); detail != "" {
			n.wrong[m.name] = true
			n.invalid(m.reference, detail)
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
		return "no container has this name" + nearestOf(n.errs, m.name, n.regular) + partedHint(m.name) + "; the containers are " + n.enumerated
	}
}

// partedHint is for a name that is several.
func partedHint(name string) string {
	if !strings.ContainsAny(name, " ;|&>→") {
		return ""
	}
	return "; names are parted by commas, or each has a line of its own that starts with a dash"
}

// checkAfter judges what a step waits for, when all steps are known.
func (n *nameChecker) checkAfter(m mention) {
	before := make(map[string]position, len(m.form.after))
	for _, other := range m.form.after {
		first, twice := before[other.name]
		before[other.name] = other.place
		switch {
		case twice:
			n.invalid(other, fmt.Sprintf("the name stands in this after at %v already; remove one of them", first))
		case other.name == m.name:
			n.invalid(other, "a step cannot wait for itself; remove it")
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
		n.invalid(other, "this container is a sidecar, not a step, because it is no entry of the list; make it one, or remove it here")
	case slices.Contains(n.initial, other.name):
		n.invalid(other, "this is an init container; init containers run before all steps anyway, so remove it")
	case len(n.errs) >= maxProblems:
		n.invalid(other, "no step has this name")
	default:
		n.invalid(other, "no step has this name"+didYouMean(other.name, n.steps())+"; the steps are "+enumerate(n.steps()))
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

func (n *nameChecker) invalid(at reference, detail string) {
	n.errs = append(n.errs, field.Invalid(n.path, at.name, at.place.String()+": "+detail))
}

func containerNames(containers []corev1.Container) []string {
	names := make([]string, len(containers))
	for i := range containers {
		names[i] = containers[i].Name
	}
	return names
}
