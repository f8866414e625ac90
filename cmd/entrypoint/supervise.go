package main

import (
	"syscall"
	"time"
)

// supervisor looks after a command that runs. It does for a step all that there is to do, hand on signals and reap; for
// a sidecar it also watches the steps that it serves and ends it when they have.
type supervisor struct {
	caught signals
	// pid is the command, and the group that it was started in.
	pid int
	// lookout watches what a sidecar serves; nil for a step. For now it keeps its inotify instance while the command
	// runs; a lock that the steps hold could be waited for without one.
	lookout *lookout
	served  *expectation
	// grace is the time from SIGTERM to SIGKILL once all steps have ended.
	grace time.Duration

	// stop is the first signal that stopped the container from outside.
	stop syscall.Signal
	// ending says that the steps have ended and SIGTERM was sent.
	ending bool
	kill   <-chan time.Time
}

// wait returns how the command ended.
func (s *supervisor) wait() syscall.WaitStatus {
	go s.caught.catchAll() // not to be waited for: the command may have ended already
	for {
		if s.lookout != nil && !s.ending && s.served.allEnded() {
			s.end()
		}
		select {
		case caught := <-s.caught.others:
			s.handOn(number(caught))
		case <-s.caught.children:
			if status, ended := reap(s.pid); ended {
				s.lastStops()
				return status
			}
		case <-s.lookout.changed():
			s.lookout.look()
		case <-s.lookout.due():
			s.lookout.tick()
		case <-s.kill:
			forward(s.pid, syscall.SIGKILL)
		}
	}
}

// end asks the command to leave, because what it served has ended.
func (s *supervisor) end() {
	s.ending = true
	s.lookout.close()
	forward(s.pid, syscall.SIGTERM)
	forward(s.pid, syscall.SIGCONT) // one that is stopped could not hear it
	s.kill = time.After(s.grace)
}

func (s *supervisor) handOn(n syscall.Signal) {
	if stops(n) && s.stop == 0 {
		s.stop = n
	}
	forward(s.pid, n)
}

// lastStops takes note of a stop that came while the command was ending: it was stopped from outside all the same.
func (s *supervisor) lastStops() {
	for {
		select {
		case caught := <-s.caught.others:
			if n := number(caught); stops(n) && s.stop == 0 {
				s.stop = n
			}
		default:
			return
		}
	}
}
