package main

import (
	"cmp"
	"syscall"
	"time"

	"orderly.dev/mutate/contract"
)

// supervisor looks after one attempt of a command. It hands on signals, reaps, and ends the command when there is a cause.
type supervisor struct {
	options contract.Options
	caught  signals
	lookout *lookout
	// pid is the command, and the group that it was started in.
	pid int

	// stop is the first signal that stopped the container from outside.
	stop syscall.Signal
	// cause is why the command is being ended, none while it is not.
	cause cause
	// kill is when its grace is over.
	kill <-chan time.Time
}

// wait returns how the command ended. Nothing that it started outlives a cause.
func (s *supervisor) wait() syscall.WaitStatus {
	status := s.watch()
	if s.cause != none {
		endAll(s.pid, s.caught)
	}
	return status
}

func (s *supervisor) watch() syscall.WaitStatus {
	var timeout <-chan time.Time
	if s.options.Timeout > 0 {
		timeout = time.After(s.options.Timeout)
	}
	for {
		if why := s.lookout.facts.cause(); why > s.cause {
			s.end(why)
		}
		select {
		case <-s.caught.bell:
			for _, n := range s.caught.take() {
				s.handOn(n)
			}
			if status, ended := reap(s.pid); ended {
				s.lastStops()
				return status
			}
		case <-s.lookout.changed():
			s.lookout.look()
		case <-s.lookout.due():
			s.lookout.tick(safetyTick)
		case <-timeout:
			if s.cause == none {
				s.end(timedOut)
			}
		case <-s.kill:
			forward(s.pid, syscall.SIGKILL)
		}
	}
}

// end asks the command to leave. A second cause that counts more changes why, not when.
func (s *supervisor) end(why cause) {
	first := s.cause == none
	s.cause = why
	if !first {
		return
	}
	forward(s.pid, cmp.Or(syscall.Signal(s.options.StopSignal), syscall.SIGTERM))
	forward(s.pid, syscall.SIGCONT) // one that is stopped could not hear it
	s.kill = time.After(cmp.Or(s.options.Grace, defaultGrace))
}

// handOn passes a signal on. Not so the stop that follows the Pod's cancel, from the same companion loop: the command was asked already, and many take a second
// signal as the word to drop everything.
func (s *supervisor) handOn(n syscall.Signal) {
	s.note(n)
	if s.cause != cancelled || !s.caught.stops(n) {
		forward(s.pid, n)
	}
}

// note takes note of a stop. The one behind a cancel is for the wrapper, which stays until it comes (cancelled.go).
func (s *supervisor) note(n syscall.Signal) {
	switch {
	case !s.caught.stops(n):
	case s.cause == cancelled:
		s.caught.keep(n)
	case s.stop == 0:
		s.stop = n
	}
}

// lastStops takes note of a stop that came while the command was ending: it was stopped from outside all the same.
func (s *supervisor) lastStops() {
	for _, n := range s.caught.take() {
		s.note(n)
	}
}
