package main

import (
	"path"
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

// live is the whole life of a step. It returns the exit code.
func (s step) live() int {
	m, found, err := ownMarker(s.options.PostFile)
	switch {
	case err != nil:
		complain(err.Error() + "; only the wrapper may write there, so the step does not run: remove the file to run it")
		publishFailure(s.options)
		return contract.ExitWrapper
	case found:
		return s.tell(m)
	}
	// Before anything runs: the result of a command that ran could not be handed on.
	if err := writable(path.Dir(s.options.PostFile)); err != nil {
		return s.unwritable(err)
	}
	return s.finish(s.takeTurn())
}

// takeTurn waits and runs the command, or does not.
func (s step) takeTurn() contract.Marker {
	w := newWaiting(s.options)
	switch t := w.turn(s.caught); {
	case t.Stop != 0:
		return ending(run{Stop: t.Stop})
	case t.Verdict.Run:
		return ending(s.runCommand(w.lookout))
	default:
		return contract.Marker{Reason: t.Verdict.Reason, ExitCode: t.Verdict.ExitCode, Failed: t.Verdict.Failed}
	}
}

// runCommand runs the command to its end, unless a stop came first.
func (s step) runCommand(l *lookout) run {
	file, why := lookPath(s.options.Entrypoint)
	if why != nil {
		complain(why.Problem)
		return run{Exit: why.Exit}
	}
	adoptOrphans()
	if stop := s.caught.pendingStop(); stop != 0 {
		return run{Stop: stop}
	}
	started := time.Now()
	pid, why := start(file, s.options)
	if why != nil {
		complain(why.Problem)
		return run{Exit: why.Exit}
	}
	l.close()
	command := supervisor{caught: s.caught, pid: pid}
	status := command.wait()
	return run{StartedAt: started, Exit: exitOf(status), Stop: command.stop}
}

// finish makes the end of the step known and returns the exit code. The marker comes before the report, because others
// wait for it.
func (s step) finish(m contract.Marker) int {
	m.Step, m.FinishedAt = s.options.Step, time.Now()
	if !m.Good() && len(m.Failed) == 0 && m.Reason != contract.Cancelled {
		m.Failed = []string{m.Step}
	}
	if leavesMarker(s.options, m) {
		if err := publish(s.options, m); err != nil {
			return s.unwritable(err)
		}
	}
	return s.tell(m)
}

// leavesMarker reports whether the step has ended for good. With -restartable the kubelet starts what did not exit 0
// again, and those who wait for it wait on.
func leavesMarker(o contract.Options, m contract.Marker) bool {
	return !o.Restartable || m.Exit() == contract.ExitOK
}

// tell reports a marker and returns its exit code. A report that cannot be written fails nothing.
func (s step) tell(m contract.Marker) int {
	if err := report(s.options.TerminationPath, m); err != nil {
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
