package mutate

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/annotation"
	"orderly.dev/mutate/contract"
	"orderly.dev/mutate/dependency"
)

// checkWaitCircles: no container waits, by way of others, for one that waits for it. Steps wait for steps, the first of them for every
// sidecar, and whoever is named in an entry for a container; in a Pod without steps everything behind the container that waits for the
// whole Pod waits for that. Circles of steps alone are told in cycles.go.
func checkWaitCircles(s subject, d decision) field.ErrorList {
	if len(d.awaited.judged()) == 0 {
		return nil
	}
	g := newWaitGraph(s, d)
	told := map[string]bool{}
	var errs field.ErrorList
	for _, w := range d.awaited.waits {
		if w.Kind() != dependency.Container || !g.has(w.Name()) || told[w.Name()] || d.startsTooLate(s.spec, w) {
			continue
		}
		cameFrom := g.search(w.Name())
		for _, waiter := range g.waiters(w.Entry) {
			if _, reached := cameFrom[waiter.Name]; !reached {
				continue
			}
			way := wayBack(waiter.Name, cameFrom)
			errs = append(errs, w.refuseCircle(waiter, way, g))
			for _, name := range way {
				told[name] = true
			}
			break // other circles through this entry will be told when this one is broken
		}
	}
	return errs
}

// refuseCircle is told where the name of the waiter stands, or else that of the container that is waited for. The way leads from that to the
// waiter, each waiting for the next.
func (w wait) refuseCircle(waiter dependency.Reference, way []string, g waitGraph) *field.Error {
	place := waiter.Place
	if w.HoldsPod() {
		place = w.Place()
	}
	circle := append([]string{waiter.Name}, way...)
	slices.Reverse(circle)
	reasons := []string{waiter.Name + " waits for " + w.Name() + " by this entry"}
	for i := range len(way) - 1 {
		reasons = append(reasons, g.reason(way[i], way[i+1]))
	}
	return annotation.Problem{Place: place, Value: strings.Join(circle, " → "),
		Detail: "these wait for each other in a circle, so none of them would ever start: " + strings.Join(reasons, "; ") +
			"; remove the entry, or name others in for"}.Invalid(w.path)
}

// waitGraph says which containers wait for which, and why.
type waitGraph struct {
	// waitsFor holds, for each container by its name, those that it waits for.
	waitsFor map[string][]waitEdge
	// whole are those that wait for what the whole Pod waits for.
	whole []string
}

type waitEdge struct{ to, why string }

func newWaitGraph(s subject, d decision) waitGraph {
	g := waitGraph{waitsFor: map[string][]waitEdge{}}
	var sidecars []string
	for _, c := range s.initContainers() {
		g.waitsFor[c.Name] = nil
		if isNative(c.Container) {
			sidecars = append(sidecars, c.Name)
		}
	}
	for _, c := range s.containers() {
		g.waitsFor[c.Name] = nil
		if !d.plan.has(c.Name) {
			sidecars = append(sidecars, c.Name)
		}
	}
	g.addSteps(d.plan, sidecars)
	if d.needsWaiter() {
		g.addWaiter(s.spec)
	}
	g.addInitials(s, d)
	for _, w := range d.awaited.waits {
		if w.Kind() != dependency.Container || !g.has(w.Name()) {
			continue
		}
		for _, waiter := range g.waiters(w.Entry) {
			g.add(waiter.Name, w.Name(), waiter.Name+" waits for "+w.Name())
		}
	}
	return g
}

func (g waitGraph) add(from, to, why string) {
	g.waitsFor[from] = append(g.waitsFor[from], waitEdge{to, why})
}

func (g waitGraph) has(container string) bool {
	_, has := g.waitsFor[container]
	return has
}

func (g *waitGraph) addSteps(p plan, sidecars []string) {
	for i, s := range p.steps {
		for before := range p.graph.direct[i].members() {
			g.add(s.name, p.steps[before].name, "step "+s.name+" comes after "+p.steps[before].name)
		}
		if p.graph.direct[i] != (set{}) {
			continue
		}
		g.whole = append(g.whole, s.name)
		for _, sidecar := range sidecars {
			g.add(s.name, sidecar, "step "+s.name+" waits for every sidecar, so for "+sidecar)
		}
	}
}

// addWaiter adds what waits for the init container that waits for the whole Pod: everything behind it.
func (g *waitGraph) addWaiter(spec *corev1.PodSpec) {
	g.waitsFor[contract.WaitContainer] = nil
	g.whole = []string{contract.WaitContainer}
	behind := slices.Concat(usersInitNames(spec)[leadingNatives(spec):], containerNames(spec.Containers))
	for _, name := range behind {
		g.add(name, contract.WaitContainer, name+" starts behind "+contract.WaitContainer)
	}
}

// addInitials adds what waits for the init containers that wait for something by themselves: everything behind them.
func (g *waitGraph) addInitials(s subject, d decision) {
	for i, c := range s.initContainers() {
		if !d.awaited.isInitial(c.Name) {
			continue
		}
		for _, behind := range slices.Concat(s.initContainers()[i+1:], s.containers()) {
			g.add(behind.Name, c.Name, behind.Name+" starts behind "+c.Name)
		}
	}
}

// waiters are the containers that wait for an entry. What is wrong with those that are not there is told elsewhere.
func (g waitGraph) waiters(e dependency.Entry) []dependency.Reference {
	if !e.HoldsPod() {
		return slices.DeleteFunc(e.Waiters(), func(r dependency.Reference) bool { return !g.has(r.Name) })
	}
	var waiters []dependency.Reference
	for _, name := range g.whole {
		waiters = append(waiters, dependency.Reference{Name: name})
	}
	return waiters
}

// search finds all containers for whose start a container waits, itself included, in breadth, so that the ways to them are the shortest. It
// tells from which one each was reached.
func (g waitGraph) search(from string) map[string]string {
	cameFrom := map[string]string{from: ""}
	for queue := []string{from}; len(queue) > 0; queue = queue[1:] {
		for _, edge := range g.waitsFor[queue[0]] {
			if _, seen := cameFrom[edge.to]; !seen {
				cameFrom[edge.to] = queue[0]
				queue = append(queue, edge.to)
			}
		}
	}
	return cameFrom
}

// wayBack is the way that [waitGraph.search] took to a container.
func wayBack(last string, cameFrom map[string]string) []string {
	var way []string
	for at := last; at != ""; at = cameFrom[at] {
		way = append(way, at)
	}
	slices.Reverse(way)
	return way
}

// reason says why one container waits for another.
func (g waitGraph) reason(from, to string) string {
	i := slices.IndexFunc(g.waitsFor[from], func(e waitEdge) bool { return e.to == to })
	return g.waitsFor[from][i].why
}
