package mutate

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/contract"
)

// plan is what the annotation asks for, in a general form: who waits for whom. The stages are kept for people only.
type plan struct {
	steps  []step
	stages [][]string
}

// step is a container that runs when others have ended.
type step struct {
	name string
	// waitsFor names the steps that it waits for directly.
	waitsFor []string
}

func (p plan) find(name string) (step, bool) {
	i := slices.IndexFunc(p.steps, func(s step) bool { return s.name == name })
	if i < 0 {
		return step{}, false
	}
	return p.steps[i], true
}

func (p plan) has(name string) bool {
	_, found := p.find(name)
	return found
}

// names lists the steps in the order of the annotation.
func (p plan) names() []string {
	names := make([]string, len(p.steps))
	for i, s := range p.steps {
		names[i] = s.name
	}
	return names
}

// String writes the plan for people: fetch → build → [unit lint].
func (p plan) String() string {
	stages := make([]string, len(p.stages))
	for i, stage := range p.stages {
		stages[i] = strings.Join(stage, " ")
		if len(stage) > 1 {
			stages[i] = "[" + stages[i] + "]"
		}
	}
	return strings.Join(stages, " → ")
}

// readPlan reads the annotation, where there is one, and checks its names against the containers there are. The plan holds
// the names that are right, so that everything else about them can be checked in the same go.
func readPlan(s subject) (plan, field.ErrorList) {
	text, given := s.meta.Annotations[contract.AnnotationSteps]
	if !given {
		return plan{}, nil
	}
	path := s.annotationPath(contract.AnnotationSteps)
	stages, errs := parseSteps(text, path)
	names := newNameChecker(path, s.spec)
	var p plan
	for _, stage := range stages {
		p.add(names.check(stage))
	}
	return p, append(errs, names.errs...)
}

// add puts a stage behind those there are. A step waits for the stage directly above it only: the marker of a step says that
// it and everything before it went well, so those further up need not be looked at.
func (p *plan) add(stage []string) {
	if len(stage) == 0 {
		return
	}
	var above []string
	if len(p.stages) > 0 {
		above = p.stages[len(p.stages)-1]
	}
	for _, name := range stage {
		p.steps = append(p.steps, step{name: name, waitsFor: above})
	}
	p.stages = append(p.stages, stage)
}

// nameChecker finds names that are not containers, or that stand in the annotation twice.
type nameChecker struct {
	path *field.Path
	// regular and initial are the names of the containers and init containers.
	regular, initial []string
	// enumerated lists the regular ones for messages, written once for all mentions.
	enumerated string
	seen       map[string]position
	errs       field.ErrorList
}

func newNameChecker(path *field.Path, spec *corev1.PodSpec) nameChecker {
	regular := containerNames(spec.Containers)
	return nameChecker{
		path:       path,
		regular:    regular,
		initial:    containerNames(spec.InitContainers),
		enumerated: enumerate(regular),
		seen:       map[string]position{},
	}
}

// check returns the names of a stage that are right.
func (n *nameChecker) check(stage []mention) []string {
	var names []string
	for _, m := range stage {
		if detail := n.problem(m); detail != "" {
			n.errs = append(n.errs, field.Invalid(n.path, m.name, m.place.String()+": "+detail))
			continue
		}
		n.seen[m.name] = m.place
		names = append(names, m.name)
	}
	return names
}

func (n *nameChecker) problem(m mention) string {
	if before, twice := n.seen[m.name]; twice {
		return fmt.Sprintf("the name stands at %v already; a container runs once, so remove one of them", before)
	}
	switch {
	case slices.Contains(n.regular, m.name):
		return ""
	case slices.Contains(n.initial, m.name):
		return "this is an init container, and steps are regular containers; " +
			"init containers run before all steps anyway, so leave it out or move it to spec.containers"
	case len(n.errs) >= maxProblems:
		return "no container has this name" // nobody reads it, so the nearest name is not looked for
	default:
		return "no container has this name" + didYouMean(m.name, n.regular) + "; the containers are " + n.enumerated
	}
}

func containerNames(containers []corev1.Container) []string {
	names := make([]string, len(containers))
	for i := range containers {
		names[i] = containers[i].Name
	}
	return names
}
