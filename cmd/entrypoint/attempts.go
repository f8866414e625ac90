package main

import (
	"syscall"
	"time"

	"orderly.dev/mutate/contract"
)

// defaultGrace is a command's time to leave where -grace says nothing: what Kubernetes gives a Pod by default
// (terminationGracePeriodSeconds).
const defaultGrace = 30 * time.Second

// command is a command whose turn has come.
type command struct {
	options contract.Options
	caught  signals
	// lookout tells, while the command runs, what ends it.
	lookout *lookout
	// file is what is executed; env is what the command gets.
	file string
	env  []string
	// terminal says that the wrapper had its terminal before the first attempt: it is the command's to read from.
	terminal bool
}

// runTurn prepares the command and runs it to its end, unless a stop came first. before names what failed before it.
func (w *waiting) runTurn(before []string) run {
	r := run{Step: w.options.Step, OnError: w.options.OnError, Before: before}
	c := command{options: w.options, caught: w.caught, lookout: w.lookout, terminal: isForeground()}
	if why := c.prepare(); why != nil {
		return why.end(r)
	}
	adoptOrphans()
	for {
		r = c.attempt(r)
		again := tryAgain(r, c.options.Retries)
		if again {
			r = c.pause(r)
		}
		if r.Cause == cancelled {
			complain("cancelled: " + w.facts.reason)
		}
		if !again || r.Stop != 0 || r.Cause != none {
			return r
		}
	}
}

// prepare makes what the command needs, and finds it.
func (c *command) prepare() (why *notStarted) {
	err := makeTemplates(c.options.Templates)
	if err == nil {
		c.env, err = environment(c.options.EnvFiles)
	}
	if err != nil {
		return &notStarted{Exit: contract.ExitWrapper, Problem: err.Error()}
	}
	c.file, why = lookPath(c.options.Entrypoint, c.env)
	return why
}

// end is the end of a container whose command could not be started.
func (n *notStarted) end(r run) run {
	complain(n.Problem)
	r.Exit, r.Cause, r.Broken, r.Passing = n.Exit, none, n.Exit == contract.ExitWrapper, n.Passing
	return r
}

// attempt runs the command once. A stop that arrived before comes first.
func (c *command) attempt(r run) run {
	lines, err := openRelay(c.options.LogPrefix)
	if err != nil {
		return (&notStarted{Exit: contract.ExitWrapper, Problem: err.Error()}).end(r)
	}
	if why := markStarted(c.options.Started); why != nil {
		lines.started()
		return why.end(r)
	}
	if r.Stop = c.caught.pending(c.caught.endsAfter(r.Attempts)); r.Stop != 0 {
		lines.started()
		return r
	}
	began := time.Now()
	pid, why := c.start(lines)
	lines.started()
	if why == nil || why.Passing {
		r.Attempts++
	}
	if why != nil {
		return why.end(r)
	}
	if r.StartedAt.IsZero() {
		r.StartedAt = began
	}
	c.lookout.patrol()
	s := supervisor{options: c.options, caught: c.caught, lookout: c.lookout, pid: pid}
	r.Exit = exitOf(s.wait())
	if c.terminal {
		takeTerminal()
	}
	lines.drain()
	r.Stop, r.Cause, r.Siblings = s.stop, s.cause, failedSiblings(c.lookout.facts.siblings.ended)
	if tryAgain(r, c.options.Retries) {
		endAll(pid, c.caught) // what is left would be in the way of the next attempt
	}
	return r
}

// pause waits before the next attempt. A stop, a cancel and a sibling's failure end it, and with it the step.
func (c *command) pause(r run) run {
	r.Cause, r.Broken, r.Passing = none, false, false
	over := time.After(backoff(r.Attempts))
	for {
		if r.Cause = c.lookout.facts.cause(); r.Cause != none {
			r.Siblings = failedSiblings(c.lookout.facts.siblings.ended)
			return r
		}
		select {
		case <-c.caught.bell:
			reapOrphans()
			// As while the command runs: what is only forwarded then finds nobody now.
			if r.Stop = c.caught.firstOf(c.caught.stops); r.Stop != 0 {
				return r
			}
		case <-c.lookout.changed():
			c.lookout.look()
		case <-c.lookout.due():
			c.lookout.tick(safetyTick)
		case <-over:
			return r
		}
	}
}

// forgetStart removes the word of an earlier life of this container: the volume outlives it, and the command has not started in this one.
func forgetStart(o contract.Options) {
	if o.Started != "" {
		_ = syscall.Unlink(o.Started)
	}
}

// markStarted makes the file that says that the command is about to start.
func markStarted(file string) *notStarted {
	if file == "" {
		return nil
	}
	fd, err := syscall.Open(file, syscall.O_WRONLY|syscall.O_CREAT|syscall.O_CLOEXEC, markerMode)
	if err != nil {
		return &notStarted{Exit: contract.ExitWrapper, Problem: "creating " + file + ": " + err.Error() + "; its directory must be writable here"}
	}
	_ = syscall.Fchmod(fd, markerMode) // whatever the umask took; what another user made is readable already
	_ = syscall.Close(fd)
	return nil
}
