package main

import (
	"strconv"
	"syscall"
	"time"

	"orderly.dev/mutate/contract"
)

// step is a container with a marker of its own.
type step struct {
	options contract.Options
	caught  signals
}

// live is the whole life of a step. It returns the exit code. Its first act is to take its lock, so that whoever sees it knows
// at once if it dies. An earlier life's marker counts even where no lock can be had.
func (s step) live() int {
	held, unlocked := takeLock(contract.LockFile(s.options.PostFile))
	m, found, err := ownMarker(s.options.PostFile)
	switch {
	case err != nil:
		complain(err.Error() + "; only the wrapper may write there, so the step does not run: remove the file to run it")
		publishFailure(s.options)
		return contract.ExitWrapper
	case found:
		return s.tell(m)
	case unlocked != nil: // before anything runs: the result of a command that ran could not be handed on
		publishFailure(s.options)
		return s.unwritable(unlocked)
	}
	return s.finish(s.takeTurn(), held)
}

// takeTurn waits and runs the command, or does not.
func (s step) takeTurn() contract.Marker {
	w := newWaiting(s.options, s.caught.withStop(syscall.Signal(s.options.StopSignal)))
	switch t := w.turn(); {
	case t.Stop != 0:
		return ending(run{Step: s.options.Step, Before: failedBefore(w.facts.before.ended), Stop: t.Stop})
	case t.Verdict.Run:
		return ending(w.runTurn(t.Verdict.Failed))
	default:
		return contract.Marker{Reason: t.Verdict.Reason, ExitCode: t.Verdict.ExitCode, Failed: t.Verdict.Failed}
	}
}

// finish makes the end of the step known and returns the exit code. The marker comes before the report, because others
// wait for it. Where there is none, those who wait for the lock must not take its end for one before the container has ended.
func (s step) finish(m contract.Marker, held lock) int {
	m.Step, m.FinishedAt = s.options.Step, time.Now()
	if !m.Good() && len(m.Failed) == 0 && m.Reason != contract.Cancelled {
		m.Failed = []string{m.Step}
	}
	if leavesMarker(s.options, m) {
		if err := publish(s.options, m); err != nil {
			return s.unwritable(err)
		}
		held.release()
	}
	code := s.tell(m)
	if staysWhenCancelled(s.options, m) {
		s.caught.withStop(syscall.Signal(s.options.StopSignal)).stay()
	}
	return code
}

// leavesMarker reports whether the step has ended for good. With -restartable the kubelet starts what did not exit 0
// again, and those who wait for it wait on.
func leavesMarker(o contract.Options, m contract.Marker) bool {
	return !o.Restartable || m.Exit() == contract.ExitOK
}

// tell reports a marker and returns its exit code. A report that cannot be written fails nothing.
func (s step) tell(m contract.Marker) int {
	if err := report(s.options, m); err != nil {
		complain(err.Error())
	}
	return m.Exit()
}

// unwritable is the end of a step whose marker cannot be written.
func (s step) unwritable(err error) int {
	complain(err.Error() + "; the directory of -post_file must be mounted read-write here, for user " +
		strconv.Itoa(syscall.Getuid()) + ", with room for one small file")
	return s.tell(failure(s.options))
}
