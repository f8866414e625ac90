package main

import (
	"slices"
	"syscall"

	"orderly.dev/mutate/contract"
)

// What a container does before its turn. The order of judgement: a stop signal (which is not judged here: see [waiting.turn]), the
// Pod's cancel, a sibling's failure, and, once every step before it has ended, how they ended and -run_if. Only a cancel and a
// sibling's failure end a wait before that.

// situation is what a waiting container knows.
type situation struct {
	// Cancelled says that the Pod was cancelled.
	Cancelled bool
	// Siblings are the markers of the siblings that have ended.
	Siblings []contract.Marker
	// Before are the markers of the steps before that have ended; AllEnded says that these are all.
	Before   []contract.Marker
	AllEnded bool
	RunIf    contract.RunIf
}

// verdict is what a container does.
type verdict struct {
	// Run says that the command is to be started once the gates are open. Reason and ExitCode are for a step that does not run.
	Run bool
	// Reason and ExitCode go into the step's marker.
	Reason   contract.Reason
	ExitCode int
	// Failed is the sorted union of what failed before. A step that runs passes it on.
	Failed []string
}

// judge decides, or says that it is too early.
func judge(s situation) (v verdict, decided bool) {
	siblings := failedSiblings(s.Siblings)
	switch {
	case s.Cancelled:
		return cancelledVerdict(), true
	case len(siblings) > 0:
		return verdict{Reason: contract.Skipped, Failed: siblings}, true
	case !s.AllEnded:
		return verdict{}, false
	}
	return judgeBefore(s.Before, s.RunIf), true
}

// judgeBefore decides from the markers of all the steps before. The worst counts: a stop from outside, then the Pod's cancel, then
// any failure.
func judgeBefore(before []contract.Marker, runIf contract.RunIf) verdict {
	failed := failedBefore(before)
	wrong := slices.ContainsFunc(before, wentWrong)
	switch {
	case slices.ContainsFunc(before, wasTerminated):
		return verdict{Reason: contract.Terminated, ExitCode: signalled(syscall.SIGTERM), Failed: failed}
	case slices.ContainsFunc(before, wasCancelledWithPod):
		return cancelledVerdict()
	case runIf == contract.RunOnFailure && !wrong:
		return verdict{Reason: contract.NotNeeded}
	case wrong && runIf != contract.RunOnFailure && runIf != contract.RunAlways:
		return verdict{Reason: contract.Skipped, Failed: failed}
	}
	return verdict{Run: true, Failed: failed}
}

// cancelledVerdict names no failure, by which it is told from a sibling's.
func cancelledVerdict() verdict {
	return verdict{Reason: contract.Cancelled, ExitCode: contract.ExitCancelled}
}

func wasTerminated(m contract.Marker) bool { return m.Reason == contract.Terminated }

// wasCancelledWithPod tells the Pod's cancel from a sibling's failure: only the latter names who failed.
func wasCancelledWithPod(m contract.Marker) bool {
	return m.Reason == contract.Cancelled && len(m.Failed) == 0
}

func wentWrong(m contract.Marker) bool { return !m.Good() }

func failedBefore(before []contract.Marker) []string {
	var failed []string
	for _, m := range before {
		failed = append(failed, m.Failed...)
	}
	return sorted(failed)
}

// failedSiblings names the siblings that failed by themselves. One that was killed counts, because it is believed to have
// ended with an Error; one that was skipped, stopped or cancelled does not.
func failedSiblings(siblings []contract.Marker) []string {
	var failed []string
	for _, m := range siblings {
		if m.Reason == contract.Error || m.Reason == contract.Timeout {
			failed = append(failed, m.Step)
		}
	}
	return sorted(failed)
}

func sorted(names []string) []string {
	slices.Sort(names)
	return slices.Compact(names)
}
