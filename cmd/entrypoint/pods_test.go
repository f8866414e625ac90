package main

import (
	"flag"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"orderly.dev/mutate/contract"
)

// shape is how the steps of a Pod hang together.
type shape string

const (
	chained  shape = "chain"  // a, then x, then y
	staged   shape = "stage"  // a and b side by side, each the other's sibling, then x
	fannedIn shape = "fan-in" // a and b, which have nothing to do with each other; x waits for both
)

// pattern is one Pod of the matrix: the step a ends in some way, and x waits for it. A step root was before a, a sidecar serves all.
type pattern struct {
	shape       shape
	outcome     outcome
	onError     contract.OnError
	restartable bool
	// root is how things went before a.
	root effect
	// runIf is a's own, nextIf is x's, lastIf is y's.
	runIf, nextIf, lastIf contract.RunIf
}

func (c pattern) String() string {
	policy := "Never"
	if c.restartable {
		policy = "OnFailure"
	}
	before := "well"
	if c.root != allWell {
		before = "wrong"
	}
	return fmt.Sprintf("%s of a %s, on error %s, a runs if %s and all before went %s, x if %s, y if %s, %s",
		c.shape, c.outcome.name, c.onError, c.runIf, before, c.nextIf, c.lastIf, policy)
}

// runs reports whether a's turn comes.
func (c pattern) runs() bool {
	switch c.runIf {
	case contract.RunOnSuccess:
		return c.root == allWell
	case contract.RunOnFailure:
		return c.root != allWell
	}
	return true
}

// makesSense leaves out what cannot be. A step that does not run ends in one way only, and is no skipped one if it runs; a sibling
// that is skipped itself fails nobody.
func (c pattern) makesSense() bool {
	if c.runs() == (c.outcome.name == "skipped") {
		return false
	}
	return c.outcome.name != "sibling failed" || c.shape != staged || c.root == allWell
}

// everyPattern is the whole matrix.
func everyPattern() []pattern {
	runIfs := []contract.RunIf{contract.RunOnSuccess, contract.RunOnFailure, contract.RunAlways}
	var all []pattern
	add := func(c pattern) {
		for _, c.root = range []effect{allWell, somethingFailed} {
			for _, c.runIf = range runIfs {
				for _, c.nextIf = range runIfs {
					c.lastIf = runIfs[len(all)%len(runIfs)]
					if c.makesSense() {
						all = append(all, c)
					}
				}
			}
		}
	}
	for _, restartable := range []bool{false, true} {
		for _, o := range outcomes() {
			for _, onError := range []contract.OnError{contract.ErrorFails, contract.ErrorContinues} {
				for _, s := range []shape{chained, staged, fannedIn} {
					add(pattern{shape: s, outcome: o, onError: onError, restartable: restartable})
				}
			}
		}
	}
	return all
}

// everyPod is for make soak.
var everyPod = flag.Bool("every-pod", false, "run every Pod of the matrix, not only a sample")

// sampled is how many Pods of the matrix stand for one that is run, unless all are.
const sampled = 5

// TestPodsEndAsTheTableSays runs Pods of the matrix with the binary: every fifth of them, or all.
func TestPodsEndAsTheTableSays(t *testing.T) {
	t.Parallel()
	var some []pattern
	for i, c := range everyPattern() {
		if *everyPod || i%sampled == 0 {
			some = append(some, c)
		}
	}
	t.Logf("%d of %d Pods", len(some), len(everyPattern()))
	const atOnce = 24
	for batch := range slices.Chunk(some, atOnce) {
		var tries []*try
		for _, c := range batch {
			tries = append(tries, begin(t, c))
		}
		for _, c := range tries {
			c.startRest(t)
		}
		for _, c := range tries {
			c.interfere(t)
		}
		for _, c := range tries {
			c.requireEnds(t)
		}
	}
}

// TestTheSampleHasEveryPairOfValues, so that what is left out is a combination of three at least.
func TestTheSampleHasEveryPairOfValues(t *testing.T) {
	pairs := func(c pattern) []string {
		values := []string{
			string(c.shape), c.outcome.name, "on error " + string(c.onError), fmt.Sprint("restartable ", c.restartable),
			"a if " + string(c.runIf), "x if " + string(c.nextIf),
		}
		var list []string
		for i, v := range values {
			for _, w := range values[i+1:] {
				list = append(list, v+", "+w)
			}
		}
		return list
	}
	missing := map[string]bool{}
	for _, c := range everyPattern() {
		for _, p := range pairs(c) {
			missing[p] = true
		}
	}
	for i, c := range everyPattern() {
		for _, p := range pairs(c) {
			if i%sampled == 0 {
				delete(missing, p)
			}
		}
	}
	require.Empty(t, missing)
}
