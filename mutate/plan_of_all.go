package mutate

import (
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/contract"
)

// The label orderly.dev/inject: "true" without the annotation orderly.dev/steps: every container is a step, in the order of the
// spec, except those that well-known webhooks add.

// asksForAll reports whether the label is all that says which containers are steps.
func (s subject) asksForAll() bool {
	_, steps := s.wish(contract.AnnotationSteps)
	label, given := s.label()
	return !steps && given && label.text == contract.InjectYes
}

// planOfAll makes steps of the containers, one after the other. Where the owner's steps are listed they are the steps, so that
// whatever is added to a Pod of a Job is a sidecar, and the order is that of the template.
//
// A Pod that restarts for ever cannot have steps, but its label may have come with a chart, so it is told rather than denied.
func planOfAll(s subject, config Config) (plan, field.ErrorList) {
	if !endsItself(s.spec) {
		return plan{whyNone: noneBecauseAlways + s.restartHint()}, nil
	}
	label, _ := s.label()
	p := plan{path: label.path(), whyNone: noneBecauseKnown}
	for _, name := range stepsOfAll(s, config) {
		p.steps = append(p.steps, step{mention: mention{reference: reference{name: name}}, stage: len(p.steps) + 1})
	}
	if count := len(p.steps); count > contract.MaxSteps {
		return plan{}, field.ErrorList{tooMany(p.path, count, contract.MaxSteps,
			"with the label alone every container is a step; name the steps in the annotation "+contract.AnnotationSteps)}
	}
	return p, nil
}

const (
	noneBecauseAlways = ", because restartPolicy is Always (the default of a Pod that does not say), so nothing is ordered; "
	noneBecauseKnown  = ", because every container is one that well-known webhooks add; " +
		"name the steps in the annotation " + contract.AnnotationSteps
)

func stepsOfAll(s subject, config Config) []string {
	names := containerNames(s.spec.Containers)
	if len(s.owner.Steps) > 0 {
		var listed []string
		for _, name := range s.owner.Steps {
			if slices.Contains(names, name) && !slices.Contains(listed, name) {
				listed = append(listed, name)
			}
		}
		return listed
	}
	return slices.DeleteFunc(names, func(name string) bool {
		return config.isKnownSidecar(name) || s.owner.known() && !s.owner.has(name)
	})
}
