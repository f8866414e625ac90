package main

import (
	"syscall"
	"time"

	"orderly.dev/mutate/contract"
)

// run is what became of a step's command.
type run struct {
	// StartedAt is zero when the command was never started, because it was stopped before or cannot be executed.
	StartedAt time.Time
	// Exit is the command's exit code, or 126 or 127. It counts only if the command was to be started.
	Exit int
	// Stop is the first signal that stopped the step from outside, 0 if none did.
	Stop syscall.Signal
}

// ending is the marker of a step whose turn came, without its name and the time it ended.
func ending(r run) contract.Marker {
	m := contract.Marker{ExitCode: r.Exit, StartedAt: r.StartedAt}
	if !r.StartedAt.IsZero() {
		m.Attempts = 1
	}
	switch {
	case r.Stop != 0:
		m.Reason = contract.Terminated
		if r.Exit == contract.ExitOK {
			m.ExitCode = signalled(r.Stop)
		}
	case r.Exit == contract.ExitOK:
		m.Reason = contract.Completed
	default:
		m.Reason = contract.Error
	}
	return m
}

// signalled is the exit code of what was ended by signal n.
func signalled(n syscall.Signal) int { return contract.ExitSignalBase + int(n) }
