package mutate

import (
	"iter"
	"math/bits"

	"orderly.dev/mutate/contract"
)

// graph says which steps wait for which. Steps are numbered in the order of the annotation, from 0.
type graph struct {
	// direct holds, for each step, those that it waits for by what the annotation says.
	direct []set
	// all holds, for each step, those that it waits for directly or through others. A step that is in its own set is part
	// of a cycle.
	all []set
}

// newGraph finds out what each step waits for through others (Warshall's algorithm: after round k, every path whose inner
// steps are among the first k is known).
func newGraph(direct []set) graph {
	all := make([]set, len(direct))
	copy(all, direct)
	for k := range all {
		for i := range all {
			if all[i].has(k) {
				all[i] = all[i].with(all[k])
			}
		}
	}
	return graph{direct: direct, all: all}
}

// independent reports whether two steps can run side by side: neither waits for the other.
func (g graph) independent(a, b int) bool {
	return a != b && !g.all[a].has(b) && !g.all[b].has(a)
}

// lookedAt gives, for each step, those whose ends it has to look at to know that every step that it waits for has ended. To look at
// all of them would always be right, but 100 steps in a row would name 4,950 of them in their commands.
//
// A step decides only when everything it waits for has ended, so mostly its own end tells of those before it too, and its
// marker tells how they went. The exception is fail-fast: the failure of a sibling ends a step while something before
// it may still run. But a sibling that failed did run, so everything before the sibling had ended. So the end of
// step q, however it came, tells of what both q and every sibling that can end it wait for.
//
// Only one end tells of nothing: that of a step that was killed while it waited. A step that runs on success does not run then, so it
// does no harm that it ends too early. But the others, unsafe, would run beside a step that they were to come after; there are
// few of them, so they look at everything.
//
// The graph must have no cycle: then whatever is left out is told by a step nearer to the one that looks, and so on, up to
// one that is not left out.
func (g graph) lookedAt(siblings []set, unsafe set) []set {
	told := make([]set, len(g.all))
	for q := range g.all {
		told[q] = g.all[q]
		for sibling := range siblings[q].members() {
			told[q] = told[q].both(g.all[sibling])
		}
	}
	looked := make([]set, len(g.all))
	for z := range g.all {
		looked[z] = g.all[z]
		if unsafe.has(z) {
			continue
		}
		for q := range g.all[z].members() {
			looked[z] = looked[z].without(told[q])
		}
	}
	return looked
}

// setWords is how many words hold a bit for each of [contract.MaxSteps] steps.
const setWords = (contract.MaxSteps + 63) / 64

// set is a set of steps by their numbers. It is a value, so that it costs no memory of its own.
type set [setWords]uint64

func (s set) has(i int) bool { return s[i/64]>>(i%64)&1 == 1 }

func (s *set) add(i int) { s[i/64] |= 1 << (i % 64) }

func (s set) with(other set) set {
	for w := range s {
		s[w] |= other[w]
	}
	return s
}

func (s set) both(other set) set {
	for w := range s {
		s[w] &= other[w]
	}
	return s
}

func (s set) without(other set) set {
	for w := range s {
		s[w] &^= other[w]
	}
	return s
}

// members gives the steps of the set in their order.
func (s set) members() iter.Seq[int] {
	return func(yield func(int) bool) {
		for w, word := range s {
			for ; word != 0; word &= word - 1 {
				if !yield(w*64 + bits.TrailingZeros64(word)) {
					return
				}
			}
		}
	}
}
