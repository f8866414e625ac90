package voice

import (
	"slices"
	"time"

	"orderly.dev/mutate/contract"
)

// The kubelet cuts each termination message to 12,288 bytes divided by the number of containers, and from about sixty on there is no room for a report. What
// did not run exits 0 like what went well. Which of them it was follows from how the steps before it ended, by the rule of the wrapper itself.

// concludeFrom corrects a step that exited 0 without a word, by the steps before it.
func (s *step) concludeFrom(others []step) {
	if s.spoke || s.status != StatusCompleted {
		return
	}
	for _, other := range others {
		if slices.Contains(s.after, other.Name) {
			s.failed = append(s.failed, other.passesOn()...)
		}
	}
	slices.Sort(s.failed)
	s.failed = slices.Compact(s.failed)
	hasFailed := len(s.failed) > 0
	switch {
	case hasFailed && s.Options.RunIf != contract.RunAlways && s.Options.RunIf != contract.RunOnFailure:
		s.didNotRun(contract.Skipped)
	case hasFailed:
		s.reason = string(contract.UpstreamFailed)
	case s.Options.RunIf == contract.RunOnFailure && len(s.after) > 0:
		s.didNotRun(contract.NotNeeded)
	}
}

// passesOn names the steps whose failure reaches those that wait for this one.
func (s step) passesOn() []string {
	if !s.ended || s.spoke || !s.status.isTrouble() {
		return s.failed
	}
	return slices.Concat(s.failed, []string{s.Name})
}

func (s *step) didNotRun(reason contract.Reason) {
	s.status, s.reason, s.tries, s.started = StatusSkipped, string(reason), 0, time.Time{}
}
