package main

import (
	"slices"
	"syscall"

	"orderly.dev/mutate/contract"
)

// A step decides when every step before it has ended: it runs if all went well, ends like one that was stopped
// from outside or cancelled with its Pod, and is skipped if anything else failed.

// verdict is what a step does when everything before it has ended.
type verdict struct {
	// Run says that the command is to be started. The other fields are for a step that does not run.
	Run bool
	// Reason and ExitCode go into the step's marker.
	Reason   contract.Reason
	ExitCode int
	// Failed is the sorted union of what failed before.
	Failed []string
}

// judge decides from the markers of all the steps before. The worst counts: a stop from outside, then the Pod's
// cancel, then any failure.
func judge(before []contract.Marker) verdict {
	failed := failedBefore(before)
	switch {
	case slices.ContainsFunc(before, wasTerminated):
		return verdict{Reason: contract.Terminated, ExitCode: signalled(syscall.SIGTERM), Failed: failed}
	case slices.ContainsFunc(before, wasCancelledWithPod):
		return verdict{Reason: contract.Cancelled, ExitCode: contract.ExitCancelled, Failed: failed}
	case slices.ContainsFunc(before, wentWrong):
		return verdict{Reason: contract.Skipped, ExitCode: contract.ExitOK, Failed: failed}
	}
	return verdict{Run: true}
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
	slices.Sort(failed)
	return slices.Compact(failed)
}
