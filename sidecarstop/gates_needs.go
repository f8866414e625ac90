package sidecarstop

import (
	"cmp"
	"slices"
	"time"

	"orderly.dev/mutate/contract"
	"orderly.dev/mutate/dependency"
	"orderly.dev/sidecarstop/gate"
	"orderly.dev/sidecarstop/podview"
)

// "What a gate stands for": the entries without `for:` belong to the scheduling gate where the Pod is held, else to the first steps, or to
// orderly-wait; those with `for:` to the containers that they name. The first steps wait for the sidecars besides.

// need is one thing that a gate waits for, with what is known about it now.
type need struct {
	gate.Judged
	// timeout is how long it may take, 0 for ever.
	timeout time.Duration
	kind    needKind
}

type needKind int

const (
	// ofEntry is one that the Pod lists. When it failed for good, the gate never opens.
	ofEntry needKind = iota
	// ofSidecar is that a sidecar is ready. What follows when one ended is not the gates' to say.
	ofSidecar
	// ofText is that the list cannot be read.
	ofText
)

func (n need) isOfSidecar() bool { return n.kind == ofSidecar }

// needsOf lists what a gate waits for.
func needsOf(v podview.View, g podview.Gate, facts Facts) []need {
	if facts.Waits.Unreadable != "" {
		return []need{unreadable(g, facts.Waits.Unreadable)}
	}
	var needs []need
	for _, entry := range entriesOf(v, g, facts.Waits.Entries) {
		verdict := gate.Judge(entry, v.Pod, facts.Sight)
		needs = append(needs, need{gate.Judged{Entry: entry, Verdict: verdict}, cmp.Or(entry.Timeout(), g.Timeout), ofEntry})
	}
	switch {
	case g.IsOfFirstSteps():
		return slices.Concat(needs, sidecarsOf(v, g))
	case len(needs) == 0:
		// Any other gate was made for an entry, and somebody took it away.
		return []need{unreadable(g, "it names nothing that this gate waits for")}
	default:
		return needs
	}
}

func unreadable(g podview.Gate, reason string) need {
	return need{gate.Judged{Subject: contract.AnnotationResolvedWaits, Verdict: gate.Verdict{Reason: reason}}, g.Timeout, ofText}
}

func sidecarsOf(v podview.View, g podview.Gate) []need {
	var needs []need
	for _, sidecar := range v.Sidecars() {
		verdict := gate.JudgeContainer(v.Pod, sidecar.Name)
		needs = append(needs, need{gate.Judged{Subject: "sidecar " + sidecar.Name, Verdict: verdict}, g.Timeout, ofSidecar})
	}
	return needs
}

// entriesOf are the entries that belong to a gate.
func entriesOf(v podview.View, g podview.Gate, all []dependency.Entry) []dependency.Entry {
	var entries []dependency.Entry
	for _, entry := range all {
		belongs := entry.Holds(g.Container)
		if g.OfPod() {
			// What the whole Pod waited for in the queue is not asked for again.
			belongs = entry.HoldsPod() && (g.IsHold() || !v.IsHeld() && !v.IsReleased())
		}
		// What is found out inside the Pod is the wrapper's.
		if belongs && !entry.Kind().Inside() {
			entries = append(entries, entry)
		}
	}
	return entries
}

func unmet(needs []need) []need {
	return slices.DeleteFunc(needs, func(n need) bool { return n.Verdict.State == gate.Met })
}
