package timeline

import (
	"cmp"
	"math"
	"slices"
)

// inOrderOfPlan sorts steps so that each comes after those that it waits for, and otherwise keeps their order. Those in a circle, which admission lets
// nobody make, and those behind one, come last.
func inOrderOfPlan(steps []Step) []Step {
	p := plan{after: map[string][]string{}, stage: map[string]int{}}
	for _, s := range steps {
		p.after[s.Name] = s.After
	}
	slices.SortStableFunc(steps, func(a, b Step) int { return cmp.Compare(p.stageOf(a.Name), p.stageOf(b.Name)) })
	return steps
}

// plan finds the longest chain of steps that ends at each, and remembers it: a Pod that nobody admitted may have thousands of them.
type plan struct {
	after map[string][]string
	stage map[string]int
}

// inACircle is the stage of steps that can never run.
const inACircle = math.MaxInt

func (p plan) stageOf(name string) int {
	if stage, known := p.stage[name]; known {
		return stage
	}
	p.stage[name] = inACircle
	stage := 0
	for _, before := range p.after[name] {
		if _, isStep := p.after[before]; isStep {
			stage = max(stage, p.stageOf(before))
		}
	}
	if stage < inACircle {
		p.stage[name] = stage + 1
	}
	return p.stage[name]
}
