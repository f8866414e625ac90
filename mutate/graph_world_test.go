package mutate

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"orderly.dev/mutate/contract"
)

// Pods that run, played through in many ways: whatever happens in them, a step decides as if it looked at every step before it,
// although it looks at few.

// randomPlan makes a plan of up to 9 steps of every kind, without a cycle.
func randomPlan(r *rand.Rand) plan {
	for {
		p := plan{}
		stage, count := 1, 1+r.IntN(9)
		for i := range count {
			s := step{mention: mention{reference: reference{name: fmt.Sprint(i)}}, stage: stage}
			if r.IntN(2) == 0 {
				s.form.afterGiven = true
				for range r.IntN(3) {
					s.form.after = append(s.form.after, reference{name: fmt.Sprint(r.IntN(count))})
				}
			}
			s.form.runIf = []contract.RunIf{"", "", "", contract.RunOnFailure, contract.RunAlways}[r.IntN(5)]
			s.form.onError = []contract.OnError{"", "", contract.ErrorContinues}[r.IntN(3)]
			p.steps = append(p.steps, s)
			stage += r.IntN(2)
		}
		if p.graph = newGraph(p.direct()); len(p.graph.cycles()) == 0 {
			return p
		}
	}
}

// world is a Pod that runs, as far as its steps see each other. What happens next is drawn by lot.
type world struct {
	*rand.Rand
	plan plan
	// kills says that steps are killed while they wait.
	kills    bool
	looked   []set
	siblings []set
	state    []state
}

type state int

const (
	waiting state = iota
	running
	endedWell
	endedBadly // with a bad marker, but not by its own failure
	failed     // by itself, or killed while it ran
)

func (s state) ended() bool { return s >= endedWell }

// act lets something happen to a step, if it can.
func (w *world) act(t *testing.T, i int) {
	t.Helper()
	switch {
	case w.state[i].ended():
	case w.kills && w.state[i] == waiting && w.IntN(20) == 0:
		w.state[i] = failed
	case w.siblingFailed(i) && w.IntN(2) == 0:
		w.state[i] = endedBadly
	case w.state[i] == running:
		w.state[i] = w.end(i)
	case w.count(w.looked[i], state.ended) == len(slices.Collect(w.looked[i].members())):
		w.decide(t, i)
	}
}

func (w *world) siblingFailed(i int) bool {
	return w.count(w.siblings[i], func(s state) bool { return s == failed }) > 0
}

// decide lets a step decide by what it looks at, and demands that it would decide the same if it looked at everything.
func (w *world) decide(t *testing.T, i int) {
	t.Helper()
	all, runIf := w.plan.graph.all[i], w.plan.steps[i].form.runIf
	ended := w.count(all, func(s state) bool { return !s.ended() }) == 0
	wrong := w.wrong(w.looked[i])
	switch {
	case runIf == contract.RunOnFailure && !wrong:
		w.state[i] = endedWell
	case runIf == "" && wrong:
		w.state[i] = endedBadly
	default:
		w.state[i] = running
	}
	if w.state[i] == running || !w.kills {
		require.True(t, ended, "step %d decides while something before it has not ended:\n%v", i, w)
		require.Equal(t, w.wrong(all), wrong, "step %d does not learn that something before it went wrong:\n%v", i, w)
	}
}

func (w *world) wrong(s set) bool {
	return w.count(s, func(s state) bool { return s == endedBadly || s == failed }) > 0
}

// end is how the command of a step ends.
func (w *world) end(i int) state {
	fails, heals := w.IntN(3) == 0, w.plan.steps[i].form.onError == contract.ErrorContinues
	switch {
	case fails && !heals:
		return failed
	case w.wrong(w.looked[i]):
		return endedBadly
	}
	return endedWell
}

func (w *world) count(s set, is func(state) bool) int {
	n := 0
	for i := range s.members() {
		if is(w.state[i]) {
			n++
		}
	}
	return n
}

func FuzzAStepDecidesAsIfItLookedAtEverythingBeforeIt(f *testing.F) {
	for seed := range uint64(100) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		r := rand.New(rand.NewPCG(seed, 2))
		for range 50 {
			w := makeWorld(r)
			for acts := 0; slices.ContainsFunc(w.state, func(s state) bool { return !s.ended() }); acts++ {
				if acts == 100_000 {
					require.Fail(t, "a step waits for ever", "%v", w)
				}
				w.act(t, r.IntN(len(w.state)))
			}
		}
	})
}

func makeWorld(r *rand.Rand) *world {
	p := randomPlan(r)
	siblings := p.siblings(r.IntN(4) > 0)
	return &world{
		Rand: r, plan: p, kills: r.IntN(3) == 0, siblings: siblings, state: make([]state, len(p.steps)),
		looked: p.graph.lookedAt(siblings, p.runAfterFailures()),
	}
}
