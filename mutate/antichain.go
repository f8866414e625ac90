package mutate

import "slices"

// heaviest finds, among steps with weights, a set of which none waits for another and whose weights add up to the most: the heaviest
// steps that can run at the same time. The set waitsFor[i] holds all steps that step i waits for, directly or through
// others. Of several sets that weigh the same it takes the one whose steps come first in the order of the graph, so that a second look,
// after the weights of the other steps have been made smaller, finds the same.
//
// That is a maximum-weight antichain. By the weighted form of Dilworth's theorem it weighs as much as the least flow that sends
// through each step at least its weight; one chain of steps may carry flow from step to step. To save flow, each step hands
// what has passed it on to steps before it: that is a transport from the steps as givers to the steps as takers, and what cannot be
// handed on is the answer. The set itself is the cut of that transport (König's theorem).
func heaviest(weights []weight, waitsFor []set) set {
	t := newTransport(weights, waitsFor)
	for t.augment() {
	}
	var found set
	for i, w := range weights {
		if w.isSome() && t.givers.has(i) && !t.takers.has(i) {
			found.add(i)
		}
	}
	return found
}

// transport moves as much as it can from givers to takers; each step is one of either.
type transport struct {
	to []set
	// supply and demand are what is left of the weights.
	supply, demand []weight
	// flow[i][j] goes from giver i to taker j.
	flow [][]weight
	// givers and takers are those that the last search reached, each by the way that it came.
	givers, takers set
	giverOf        []int
	takerOf        []int
}

func newTransport(weights []weight, to []set) *transport {
	n := len(weights)
	t := &transport{
		to: to, supply: slices.Clone(weights), demand: slices.Clone(weights),
		flow: make([][]weight, n), giverOf: make([]int, n), takerOf: make([]int, n),
	}
	for i := range t.flow {
		t.flow[i] = make([]weight, n)
	}
	return t
}

// none stands for the way to a giver that has supply of its own.
const none = -1

// augment finds a shortest way from a giver with supply to a taker with demand, and sends along it what fits. It returns false, with
// everything reached that can be, where there is no such way.
func (t *transport) augment() bool {
	end := t.search()
	if end == none {
		return false
	}
	amount := t.demand[end]
	t.walk(end, func(giver, _, back int) {
		if back == none {
			amount = lighter(amount, t.supply[giver])
		} else {
			amount = lighter(amount, t.flow[giver][back])
		}
	})
	t.demand[end] = t.demand[end].minus(amount)
	t.walk(end, func(giver, taker, back int) {
		t.flow[giver][taker] = t.flow[giver][taker].plus(amount)
		if back == none {
			t.supply[giver] = t.supply[giver].minus(amount)
		} else {
			t.flow[giver][back] = t.flow[giver][back].minus(amount)
		}
	})
	return true
}

// walk goes back along the way that the search found, from a taker to a giver with supply. The giver of each stretch came
// into the way by taking back what it gives to another taker, or, with none, has supply.
func (t *transport) walk(taker int, stretch func(giver, taker, back int)) {
	for taker != none {
		giver := t.giverOf[taker]
		back := t.takerOf[giver]
		stretch(giver, taker, back)
		taker = back
	}
}

// search looks in breadth and returns the first taker with demand, or none.
func (t *transport) search() int {
	t.givers, t.takers = set{}, set{}
	var queue []int
	for i, supply := range t.supply {
		if supply.isSome() {
			queue = t.reach(queue, i, none)
		}
	}
	for ; len(queue) > 0; queue = queue[1:] {
		giver := queue[0]
		for taker := range t.to[giver].without(t.takers).members() {
			t.takers.add(taker)
			t.giverOf[taker] = giver
			if t.demand[taker].isSome() {
				return taker
			}
			for i := range t.flow {
				if t.flow[i][taker].isSome() && !t.givers.has(i) {
					queue = t.reach(queue, i, taker)
				}
			}
		}
	}
	return none
}

func (t *transport) reach(queue []int, giver, taker int) []int {
	t.givers.add(giver)
	t.takerOf[giver] = taker
	return append(queue, giver)
}
