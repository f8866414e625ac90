package mutate

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// checkCycles: no step waits for itself through others, because none of them would ever start. Each group of steps that wait for
// each other is reported once, by its shortest way round: fetch → build → fetch.
func (p plan) checkCycles() field.ErrorList {
	var errs field.ErrorList
	for _, cycle := range p.graph.cycles() {
		var names, places []string
		for _, i := range cycle {
			names = append(names, p.steps[i].name)
		}
		for _, i := range cycle[1:] {
			places = append(places, p.steps[i].describeWait())
		}
		errs = append(errs, field.Invalid(p.path, strings.Join(names, " → "),
			"these steps wait for each other in a circle, so none of them would ever start: "+strings.Join(places, "; ")+
				"; break the circle with another after, [] is none"))
	}
	return errs
}

// describeWait says where a step stands and why it waits.
func (s step) describeWait() string {
	if s.form.afterGiven {
		return fmt.Sprintf("%s at %v has after: [%s]", s.name, s.place, enumerate(s.form.afterNames()))
	}
	return fmt.Sprintf("%s at %v has no after, so it waits for every entry above it", s.name, s.place)
}

// cycles gives one cycle for each group of steps that wait for each other. It starts and ends with the first of the group, and
// each step in it is waited for by the next.
func (g graph) cycles() [][]int {
	var found [][]int
	var told set
	for i := range g.all {
		if !g.all[i].has(i) || told.has(i) {
			continue
		}
		found = append(found, g.wayRound(i))
		for j := range g.all[i].members() {
			if g.all[j].has(i) {
				told.add(j)
			}
		}
	}
	return found
}

// wayRound finds the shortest way from a step back to itself, first found of equally short ones, by searching in breadth.
func (g graph) wayRound(start int) []int {
	cameFrom := make([]int, len(g.direct))
	var seen set
	for queue := []int{start}; len(queue) > 0; queue = queue[1:] {
		at := queue[0]
		for next := range g.direct[at].members() {
			if next == start {
				return g.wayTo(at, start, cameFrom)
			}
			if !seen.has(next) {
				seen.add(next)
				cameFrom[next] = at
				queue = append(queue, next)
			}
		}
	}
	return nil
}

// wayTo writes the way down from its last step to the start, and closes it.
func (g graph) wayTo(last, start int, cameFrom []int) []int {
	way := []int{start}
	for at := last; at != start; at = cameFrom[at] {
		way = append(way, at)
	}
	return slices.Concat(way, []int{start})
}
