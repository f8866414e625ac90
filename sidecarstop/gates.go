package sidecarstop

import (
	"slices"
	"time"

	"orderly.dev/mutate/contract"
	"orderly.dev/mutate/dependency"
	"orderly.dev/sidecarstop/gate"
	"orderly.dev/sidecarstop/podview"
)

// "A gate opens when everything that it stands for is true, and a gate that has opened stays open."

// gateReport is how the gates of a Pod stand. The zero value is a Pod without closed gates.
type gateReport struct {
	// opened are closed gates that may be opened now.
	opened []podview.Gate
	// closed are those that stay closed, and missing is what they wait for.
	closed  []podview.Gate
	missing []gate.Judged
	// failure says why the gates of a Pod that can end will not open any more, or not in time; empty while they may.
	failure string
	// failureReason is the machine's word for it.
	failureReason string
	// moot says that a gate stays closed at which nobody waits any more.
	moot bool
	// givenUp says that the Pod is to end by this very decision.
	givenUp bool
	// again is when the next thing takes too long, 0 for never.
	again time.Duration
}

// judgeGates asks of each closed gate whether it may open.
func judgeGates(v podview.View, facts Facts, now time.Time) gateReport {
	report := gateReport{moot: slices.ContainsFunc(v.Gates(), isMoot)}
	var late []gate.Judged
	for _, g := range closedGates(v) {
		needs := unmet(needsOf(v, g, facts))
		if len(needs) == 0 {
			report.opened = append(report.opened, g)
			continue
		}
		report.closed = append(report.closed, g)
		if slices.ContainsFunc(report.closed, podview.Gate.IsHold) {
			// In the queue nothing runs, so it is no news that the sidecars do not.
			needs = slices.DeleteFunc(needs, need.isOfSidecar)
		}
		for _, n := range needs {
			report.missing = append(report.missing, n.Judged)
		}
		overdue, next := tooLate(needs, gateAge(v, g, now))
		late, report.again = append(late, overdue...), sooner(report.again, next)
	}
	if !v.MayEnd() {
		report.again = 0
		return report
	}
	report.failure, report.failureReason = failureOf(late)
	return report
}

// closedGates are those that can still be opened. The gates of a Pod that is being ended stay as they are.
func closedGates(v podview.View) []podview.Gate {
	if !v.IsAlive() || v.IsCancelled() {
		return nil
	}
	return slices.DeleteFunc(v.Gates(), func(g podview.Gate) bool { return g.Open || g.Moot })
}

func isMoot(g podview.Gate) bool { return g.Moot && !g.Open }

// abandoned is the report for a Pod that is to end now: nothing is opened in it any more, but what it waits for is still said.
func (r gateReport) abandoned() gateReport {
	r.opened, r.givenUp = nil, true
	return r
}

// opening is what is written to open the gates.
func (r gateReport) opening() map[string]string {
	words := map[string]string{}
	for _, g := range r.opened {
		words[g.Annotation] = contract.ReadyValue
	}
	return words
}

// unholds reports whether the scheduling gate may go: its word was given before, or is given now. It is taken away after the word is written, so that
// what was true once is not asked for again.
func (r gateReport) unholds(v podview.View) bool {
	if r.givenUp || !v.IsHeld() || !v.IsAlive() || v.IsCancelled() {
		return false
	}
	return v.IsReleased() || slices.ContainsFunc(r.opened, podview.Gate.IsHold)
}

// watched are the entries for which something has to be seen: those of the closed gates.
func watched(v podview.View, waits Waits) []dependency.Entry {
	var entries []dependency.Entry
	for _, g := range closedGates(v) {
		entries = append(entries, entriesOf(v, g, waits.Entries)...)
	}
	return entries
}
