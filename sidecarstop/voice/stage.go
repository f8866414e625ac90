package voice

import (
	"slices"

	"orderly.dev/sidecarstop/podview"
)

// The number of a stage. In a list without `after` it is the number of the entry, counted from 1: an entry waits for every entry above it. In
// general it is the length of the longest chain of steps that ends at this one. It follows from the wrappers' flags alone.

// stepsOf reads the steps of a Pod, in the order of their stages and then of the spec.
func stepsOf(v podview.View) []step {
	var steps []step
	for _, c := range v.Steps() {
		steps = append(steps, makeStep(v, c))
	}
	chains := chains{length: map[string]int{}, after: map[string][]string{}}
	for _, s := range steps {
		chains.after[s.Name] = s.after
	}
	for i := range steps {
		steps[i].stage = chains.endingAt(steps[i].Name)
	}
	slices.SortStableFunc(steps, func(a, b step) int { return a.stage - b.stage })
	for i := range steps {
		steps[i].concludeFrom(steps[:i])
		steps[i].startAfter(steps[:i])
		if try := steps[i].try; try != nil {
			try.startAfter(steps[:i])
		}
	}
	return steps
}

// chains finds the longest chain of steps that ends at each, and remembers it.
type chains struct {
	length map[string]int
	after  map[string][]string
}

// endingAt counts from 1. What is no step adds nothing. A circle, which admission lets nobody make, is cut where it is met.
func (c chains) endingAt(name string) int {
	if length, known := c.length[name]; known {
		return length
	}
	c.length[name] = 0
	longest := 0
	for _, before := range c.after[name] {
		if _, isStep := c.after[before]; isStep {
			longest = max(longest, c.endingAt(before))
		}
	}
	c.length[name] = longest + 1
	return longest + 1
}
