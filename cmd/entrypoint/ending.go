package main

import (
	"slices"
	"syscall"
	"time"

	"orderly.dev/mutate/contract"
)

// cause is why a command that runs was ended by its wrapper. They are in the order in which they count.
type cause int

const (
	none cause = iota
	timedOut
	siblingFailed
	cancelled
	// served is for a sidecar: the steps that it serves have all ended.
	served
)

// run is what became of a command.
type run struct {
	// Step is the step's own name.
	Step string
	// OnError says what becomes of its failure.
	OnError contract.OnError
	// Before names what failed before it.
	Before []string
	// StartedAt is when the command was first started; zero when it never was.
	StartedAt time.Time
	// Attempts counts its starts, and those that failed but need not have.
	Attempts int
	// Exit is the exit code of the last attempt, or 125, 126 or 127 of one that could not be started. It counts only if the
	// command was to be started.
	Exit int
	// Broken says that the wrapper itself failed; Passing, that this may be different the next time.
	Broken, Passing bool
	// Stop is the first signal that stopped the step from outside, 0 if none did.
	Stop syscall.Signal
	// Cause is why the wrapper ended the last attempt.
	Cause cause
	// Siblings are those whose failure ended it.
	Siblings []string
}

// ending is the marker of a step whose turn came, without the time it ended.
func ending(r run) contract.Marker {
	m := contract.Marker{Step: r.Step, ExitCode: r.Exit, StartedAt: r.StartedAt, Attempts: r.Attempts}
	switch {
	case r.Stop != 0:
		m.Reason, m.Failed = contract.Terminated, passedOn(r)
		if r.Exit == contract.ExitOK {
			m.ExitCode = signalled(r.Stop)
		}
	case r.Cause == cancelled:
		m.Reason, m.ExitCode = contract.Cancelled, contract.ExitCancelled
	case r.Cause == siblingFailed:
		m.Reason, m.ExitCode, m.Failed = contract.Cancelled, contract.ExitCancelled, r.Siblings
	case r.Cause == timedOut:
		m.ExitCode = contract.ExitTimeout
		m.Reason, m.Failed = ownFailure(contract.Timeout, r)
	case r.Exit != contract.ExitOK:
		m.Reason, m.Failed = ownFailure(contract.Error, r)
	default:
		m.Reason, m.Failed = ranWell(contract.Completed, r)
	}
	return m
}

// ownFailure is what becomes of a step's own failure, which -on_error continue heals, but not what failed before it.
func ownFailure(reason contract.Reason, r run) (contract.Reason, []string) {
	if r.OnError == contract.ErrorContinues && !r.Broken {
		return ranWell(contract.Continued, r)
	}
	return reason, passedOn(r)
}

// ranWell is what becomes of a success: it heals nothing that failed before.
func ranWell(reason contract.Reason, r run) (contract.Reason, []string) {
	if len(r.Before) > 0 {
		return contract.UpstreamFailed, r.Before
	}
	return reason, nil
}

// passedOn names what failed before a step that failed, and the step.
func passedOn(r run) []string { return sorted(append(slices.Clone(r.Before), r.Step)) }

// tryAgain reports whether a command is to be started again. One that can never be started is not.
func tryAgain(r run, retries int) bool {
	failed := r.Cause == timedOut || r.Cause == none && r.Exit != contract.ExitOK
	couldStart := r.Exit != contract.ExitNotFound && r.Exit != contract.ExitNotExecutable
	return failed && (couldStart || r.Cause == timedOut) && (!r.Broken || r.Passing) && r.Stop == 0 && r.Attempts <= retries
}

// maxBackoff bounds the time between two attempts.
const maxBackoff = time.Minute

// backoff is the time after the given number of attempts: 1 s, 2 s, 4 s, … at most [maxBackoff].
func backoff(attempts int) time.Duration {
	d := time.Second
	for ; attempts > 1 && d < maxBackoff; attempts-- {
		d *= 2
	}
	return min(d, maxBackoff)
}

// signalled is the exit code of what was ended by signal n.
func signalled(n syscall.Signal) int { return contract.ExitSignalBase + int(n) }

// killedCode is the exit code of a container that was killed.
const killedCode = contract.ExitSignalBase + int(syscall.SIGKILL)
