package mutate

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/contract"
)

// plan is what a subject asks for, in a general form: who waits for whom. The zero value is the plan of a subject without steps,
// of which nothing is ordered.
type plan struct {
	// path of the annotation or the label that asks.
	path  *field.Path
	steps []step
	// whyNone says, behind the word none, why there are no steps although the label asks for them.
	whyNone string
	// graph numbers the steps as they stand in steps.
	graph graph
}

// step is a container that runs when others have ended.
type step struct {
	mention
	// stage counts the entries of the annotation from 1. The steps of a stage have the same number.
	stage int
	// looksAt names the steps whose ends tell that everything it waits for has ended, see [graph.lookedAt].
	looksAt []string
	// siblings names the steps whose failure ends it.
	siblings []string
}

// any reports whether there are steps. Without any nothing is ordered, and no container is a sidecar.
func (p plan) any() bool { return len(p.steps) > 0 }

// failed reports whether steps were asked for, and none of them is right.
func (p plan) failed() bool { return p.path != nil && !p.any() && p.whyNone == "" }

func (p plan) index(name string) int {
	for i := range p.steps {
		if p.steps[i].name == name {
			return i
		}
	}
	return -1
}

func (p plan) find(name string) (step, bool) {
	i := p.index(name)
	if i < 0 {
		return step{}, false
	}
	return p.steps[i], true
}

func (p plan) has(name string) bool { return p.index(name) >= 0 }

// names lists the steps in the order of the annotation.
func (p plan) names() []string {
	names := make([]string, len(p.steps))
	for i, s := range p.steps {
		names[i] = s.name
	}
	return names
}

// namesOf lists the steps of a set in the order of the annotation; nil where it is empty.
func (p plan) namesOf(s set) []string {
	var names []string
	for i := range s.members() {
		names = append(names, p.steps[i].name)
	}
	return names
}

// readPlan reads the annotation or, where there is none, what the label alone asks for. The plan holds the steps whose names are
// right, so that everything else about them can be checked in the same go.
func readPlan(s subject, config Config, chosen settings) (plan, field.ErrorList) {
	p, errs := readSteps(s, config)
	p.graph = newGraph(p.direct())
	if cycles := p.checkCycles(); len(cycles) > 0 {
		return p, append(errs, cycles...)
	}
	siblings := p.siblings(chosen.failFast.holds(s.spec))
	looked := p.graph.lookedAt(siblings, p.runAfterFailures())
	for i := range p.steps {
		p.steps[i].siblings = p.namesOf(siblings[i])
		p.steps[i].looksAt = p.namesOf(looked[i])
	}
	return p, errs
}

func readSteps(s subject, config Config) (plan, field.ErrorList) {
	if w, given := s.wish(contract.AnnotationSteps); given {
		return readAnnotatedPlan(s, w)
	}
	if s.asksForAll() {
		return planOfAll(s, config)
	}
	return plan{}, nil
}

// endsItself reports whether the containers of a Pod run once, as steps do.
func endsItself(spec *corev1.PodSpec) bool {
	return spec.RestartPolicy == corev1.RestartPolicyNever || spec.RestartPolicy == corev1.RestartPolicyOnFailure
}

func readAnnotatedPlan(s subject, w wish) (plan, field.ErrorList) {
	entries, errs := parseSteps(w)
	names := newNameChecker(s.spec)
	p := plan{path: w.path()}
	for i, entry := range entries {
		for _, m := range names.check(entry) {
			p.steps = append(p.steps, step{mention: m, stage: i + 1})
		}
	}
	for _, s := range p.steps {
		names.checkAfter(s.mention)
	}
	return p, append(errs, w.refused(names.Problems()...)...)
}

// direct gives what each step waits for by itself: those in its after, else every entry above it. Those above that have an after
// of their own count too.
func (p plan) direct() []set {
	direct := make([]set, len(p.steps))
	var numbers map[string]int // made where somebody needs it
	var above, seen set
	for i := range p.steps {
		s := &p.steps[i]
		if i > 0 && s.stage != p.steps[i-1].stage {
			above = seen
		}
		seen.add(i)
		if !s.form.afterGiven {
			direct[i] = above
			continue
		}
		if numbers == nil {
			numbers = p.numbers()
		}
		for _, other := range s.form.after {
			if number, right := numbers[other.name]; right && number != i {
				direct[i].add(number)
			}
		}
	}
	return direct
}

// numbers gives the number of each step by its name.
func (p plan) numbers() map[string]int {
	numbers := make(map[string]int, len(p.steps))
	for i := range p.steps {
		numbers[p.steps[i].name] = i
	}
	return numbers
}

// runAfterFailures gives the steps that run, or may run, when something before them failed.
func (p plan) runAfterFailures() set {
	var steps set
	for i := range p.steps {
		if !p.steps[i].form.runsOnSuccess() {
			steps.add(i)
		}
	}
	return steps
}
