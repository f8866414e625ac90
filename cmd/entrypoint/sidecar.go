package main

import (
	"cmp"
	"syscall"
	"time"

	"orderly.dev/mutate/contract"
)

// defaultGrace is a sidecar's time to leave where -grace says nothing: what Kubernetes gives a Pod by default
// (terminationGracePeriodSeconds).
const defaultGrace = 30 * time.Second

// killedTime bounds the wait for processes that were killed. One that hangs in the kernel does not even die of SIGKILL,
// and must not keep the container.
const killedTime = 10 * time.Second

// sidecar is a container without a marker: it serves the steps of -stop_file, and leaves when they have ended. Without
// -stop_file it is a container that only waits for its gates and then is as if there were no wrapper.
type sidecar struct {
	options contract.Options
	caught  signals
}

// live is the whole life of a sidecar. It returns the exit code.
func (s sidecar) live() int {
	w := newWaiting(s.options)
	switch t := w.turn(s.caught); {
	case t.Stop != 0:
		return signalled(t.Stop)
	case t.Served:
		return contract.ExitOK
	case !t.Verdict.Run:
		return t.Verdict.ExitCode
	}
	file, why := lookPath(s.options.Entrypoint)
	if why != nil {
		complain(why.Problem)
		return why.Exit
	}
	adoptOrphans()
	if stop := s.caught.pendingStop(); stop != 0 {
		return signalled(stop)
	}
	pid, why := start(file, s.options)
	if why != nil {
		complain(why.Problem)
		return why.Exit
	}
	return s.serve(pid, w)
}

// serve looks after the command. It exits 0 once all the steps have ended, whatever the command made of it: also when it
// ended by itself at the same moment, as one does whose peer has gone.
func (s sidecar) serve(pid int, w waiting) int {
	command := supervisor{caught: s.caught, pid: pid}
	if len(s.options.StopFiles) == 0 {
		w.lookout.close()
		return exitOf(command.wait())
	}
	command.served, command.lookout = w.served, w.lookout
	command.grace = cmp.Or(s.options.Grace, defaultGrace)
	w.lookout.expected = []*expectation{w.served}
	w.lookout.settle()
	status := command.wait()
	w.served.look()
	if !isServed(w.served) {
		return exitOf(status)
	}
	endGroup(pid, s.caught)
	return contract.ExitOK
}

// endGroup kills what is left of a group whose leader has ended, as the end of a container's PID 1 would, and reaps it.
// What has left the group is not sought: the kernel kills it with PID 1, and in a Pod that shares its process namespace
// the runtime kills all of a container's processes when its first one has ended.
func endGroup(group int, caught signals) {
	late := time.After(killedTime)
	for lives(group) {
		_ = syscall.Kill(-group, syscall.SIGKILL)
		select {
		case <-caught.children:
			reapOrphans()
		case <-late:
			return
		}
	}
}
