package main

import (
	"fmt"
	"slices"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"orderly.dev/mutate/contract"
)

// effect is what the end of a step means for those that come after it.
type effect int

// From the mildest to the one that counts most.
const (
	allWell effect = iota
	somethingFailed
	podCancelled
	stoppedOutside
	noEndYet // no marker, and the container is started again
)

// outcome is one way in which a step ends.
type outcome struct {
	name string
	// run is what became of its command; nil for a step that was killed, or whose verdict is given.
	run     *run
	verdict verdict
	killed  bool
	// want is the reason, with -on_error fail and with -on_error continue; empty for one that was killed.
	want, wantContinued contract.Reason
	wantExit            int
	// means is its effect, heals that with -on_error continue.
	means, heals effect
}

func outcomes() []outcome {
	const fails = somethingFailed
	failed := func(exit int) *run { return &run{Attempts: 1, Exit: exit} }
	return []outcome{
		{name: "ok", run: failed(0), want: contract.Completed, wantContinued: contract.Completed},
		{name: "fails", run: failed(3), want: contract.Error, wantContinued: contract.Continued, wantExit: 3, means: fails},
		{name: "126", run: &run{Exit: 126}, want: contract.Error, wantContinued: contract.Continued, wantExit: 126, means: fails},
		{name: "127", run: &run{Exit: 127}, want: contract.Error, wantContinued: contract.Continued, wantExit: 127, means: fails},
		{name: "killed", killed: true, wantExit: 137, means: fails, heals: fails},
		{
			name: "times out", run: &run{Attempts: 1, Exit: 143, Cause: timedOut},
			want: contract.Timeout, wantContinued: contract.Continued, wantExit: 124, means: fails,
		},
		{
			name: "skipped", verdict: verdict{Reason: contract.Skipped, Failed: []string{"root"}},
			want: contract.Skipped, wantContinued: contract.Skipped, means: fails, heals: fails,
		},
		{
			name: "cancelled", run: &run{Attempts: 1, Exit: 143, Cause: cancelled},
			want: contract.Cancelled, wantContinued: contract.Cancelled, wantExit: 121, means: podCancelled, heals: podCancelled,
		},
		{
			name: "sibling failed", run: &run{Attempts: 1, Exit: 143, Cause: siblingFailed, Siblings: []string{"sib"}},
			want: contract.Cancelled, wantContinued: contract.Cancelled, wantExit: 121, means: fails, heals: fails,
		},
		{
			name: "stopped from outside", run: &run{Attempts: 1, Stop: syscall.SIGTERM},
			want: contract.Terminated, wantContinued: contract.Terminated, wantExit: 143, means: stoppedOutside, heals: stoppedOutside,
		},
	}
}

// end gives the marker of a step that ends so, and whether it has one.
func (o outcome) end(t *testing.T, step string, onError contract.OnError, restartable bool) (contract.Marker, effect) {
	t.Helper()
	means, want := o.means, o.want
	if onError == contract.ErrorContinues {
		means, want = o.heals, o.wantContinued
	}
	var m contract.Marker
	switch {
	case o.killed && restartable:
		return m, noEndYet
	case o.killed:
		return (&predecessor{file: "/run/" + step + "/done"}).killed(), means
	case o.run == nil:
		m = contract.Marker{Step: step, Reason: o.verdict.Reason, Failed: o.verdict.Failed}
	default:
		r := *o.run
		r.Step, r.OnError = step, onError
		m = ending(r)
	}
	require.Equal(t, want, m.Reason)
	require.Equal(t, means == allWell, m.Good())
	if want == contract.Continued || want == contract.Skipped {
		require.Zero(t, m.Exit())
	} else {
		require.Equal(t, o.wantExit, m.Exit())
	}
	if !leavesMarker(contract.Options{Restartable: restartable}, m) {
		return m, noEndYet
	}
	decoded, err := contract.DecodeMarker(m.Encode()) // what others make of it
	require.NoError(t, err)
	return decoded, means
}

// follower gives the reason of a step that would go well, after ends of this effect, and its own effect.
func follower(before effect, runIf contract.RunIf) (contract.Reason, effect) {
	switch {
	case before == stoppedOutside:
		return contract.Terminated, stoppedOutside
	case before == podCancelled:
		return contract.Cancelled, podCancelled
	case before == allWell && runIf == contract.RunOnFailure:
		return contract.NotNeeded, allWell
	case before == allWell:
		return contract.Completed, allWell
	case runIf == contract.RunOnSuccess:
		return contract.Skipped, somethingFailed
	}
	return contract.UpstreamFailed, somethingFailed
}

// follow gives the marker of a step whose command goes well if it runs.
func follow(t *testing.T, step string, before []contract.Marker, runIf contract.RunIf) contract.Marker {
	t.Helper()
	v, decided := judge(situation{Before: before, AllEnded: true, RunIf: runIf})
	require.True(t, decided)
	m := contract.Marker{Step: step, Reason: v.Reason, ExitCode: v.ExitCode, Failed: v.Failed}
	if v.Run {
		m = ending(run{Step: step, Before: v.Failed, Attempts: 1})
	}
	decoded, err := contract.DecodeMarker(m.Encode())
	require.NoError(t, err)
	return decoded
}

// TestEveryWayToEndIsPassedOnAsTheTableSays is the full product of two steps of a stage that end in any way, a step that waits for both
// and one that waits for that.
func TestEveryWayToEndIsPassedOnAsTheTableSays(t *testing.T) {
	runIfs := []contract.RunIf{contract.RunOnSuccess, contract.RunOnFailure, contract.RunAlways}
	for _, restartable := range []bool{false, true} {
		for _, onError := range []contract.OnError{contract.ErrorFails, contract.ErrorContinues} {
			for _, a := range outcomes() {
				for _, b := range outcomes() {
					first, firstMeans := a.end(t, "a", onError, restartable)
					second, secondMeans := b.end(t, "b", onError, restartable)
					worst := max(firstMeans, secondMeans)
					if worst == noEndYet {
						continue // whoever comes after waits on
					}
					for _, runIf := range runIfs {
						name := fmt.Sprintf("a %s, b %s, %s, next %s, restartable %v", a.name, b.name, onError, runIf, restartable)
						want, means := follower(worst, runIf)
						next := follow(t, "next", []contract.Marker{first, second}, runIf)
						require.Equal(t, want, next.Reason, name)
						require.Equal(t, means == allWell, next.Good(), name)
						for _, lastIf := range runIfs {
							wantLast, meansLast := follower(means, lastIf)
							last := follow(t, "last", []contract.Marker{next}, lastIf)
							require.Equal(t, wantLast, last.Reason, name+", last "+string(lastIf))
							require.Equal(t, meansLast == allWell, last.Good(), name)
							if meansLast == somethingFailed {
								require.True(t, slices.IsSorted(last.Failed), name)
								require.NotEmpty(t, last.Failed, name)
							}
						}
					}
				}
			}
		}
	}
}
