package sidecarstop

import (
	"strings"
	"time"

	"orderly.dev/sidecarstop/ending"
	"orderly.dev/sidecarstop/gate"
	"orderly.dev/sidecarstop/podview"
)

// "After its timeout, or when a dependency failed for good, a Pod with restartPolicy Never or OnFailure ends with the reason. The clock runs from the
// Pod's start; in the queue from its creation."

// failureLimit bounds the reason of a cancel, which becomes the text of an annotation, a condition and an Event.
var failureLimit = gate.Limit{Entries: 3, Bytes: 512}

// gateAge is how long the Pod has waited at a gate.
func gateAge(v podview.View, g podview.Gate, now time.Time) time.Duration {
	switch {
	case g.IsHold():
		return now.Sub(v.Pod.CreationTimestamp.Time)
	case v.Pod.Status.StartTime != nil:
		return now.Sub(v.Pod.Status.StartTime.Time)
	default:
		return 0
	}
}

// tooLate lists what will not come any more, or not in time, with that as its reason, and says when the next one is too late.
func tooLate(needs []need, age time.Duration) (late []gate.Judged, again time.Duration) {
	for _, n := range needs {
		switch {
		case n.kind == ofEntry && n.Verdict.State == gate.FailedForGood:
			late = append(late, n.Judged)
		case n.timeout == 0:
		case age >= n.timeout:
			n.Verdict.Reason = "not within " + short(n.timeout) + ": " + n.Verdict.Reason
			late = append(late, n.Judged)
		default:
			again = sooner(again, n.timeout-age)
		}
	}
	return late, again
}

// failureOf says for people and for machines what will not come.
func failureOf(late []gate.Judged) (message, reason string) {
	switch gate.Overall(late) {
	case gate.Met:
		return "", ""
	case gate.FailedForGood:
		reason = ending.ReasonDependencyFailed
	default:
		reason = ending.ReasonGateTimeout
	}
	return gate.Missing(late, failureLimit), reason
}

// sooner is the shorter of two pauses, of which 0 is for ever.
func sooner(a, b time.Duration) time.Duration {
	if a == 0 || b == 0 {
		return max(a, b)
	}
	return min(a, b)
}

// short writes a time without the zeros that say nothing: 10m rather than 10m0s.
func short(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
