package main

import (
	"syscall"

	"orderly.dev/mutate/contract"
)

// sidecar is a container without a marker: it serves the steps of -stop_file, and leaves when they have ended. Without
// -stop_file it is a container that only waits for its gates and then is as if there were no wrapper.
type sidecar struct {
	options contract.Options
	caught  signals
}

// live is the whole life of a sidecar. It returns the exit code.
func (s sidecar) live() int {
	w := newWaiting(s.options, s.caught.withStop(syscall.Signal(s.options.StopSignal)))
	switch t := w.turn(); {
	case t.Stop != 0:
		return signalled(t.Stop)
	case t.Served:
		return contract.ExitOK
	case !t.Verdict.Run:
		return t.Verdict.ExitCode
	case gateOnly(s.options):
		return s.makeRoom(w)
	}
	return s.serve(w)
}

// serve runs the command. It exits 0 once all the steps have ended, whatever the command made of it: also when it
// ended by itself at the same moment, as one does whose peer has gone. Until then a stop from outside is the command's own affair.
func (s sidecar) serve(w *waiting) int {
	r := w.runTurn(nil)
	if w.facts.look(); w.facts.served.isServed() {
		return contract.ExitOK
	}
	if r.Stop != 0 && r.Attempts > 0 {
		return r.Exit
	}
	return ending(r).Exit()
}

// gateOnly reports whether there is nothing to do for the wrapper once the command runs.
func gateOnly(o contract.Options) bool {
	return o.PostFile == "" && len(o.StopFiles) == 0 && o.Timeout == 0 && o.Retries == 0 && o.LogPrefix == "" &&
		len(o.Results) == 0 && o.OnError == ""
}

// makeRoom becomes the command. It returns only if it cannot.
func (s sidecar) makeRoom(w *waiting) int {
	c := command{options: s.options, caught: w.caught}
	why := c.prepare()
	if why == nil {
		why = markStarted(s.options.Started)
	}
	if why == nil {
		return c.replace()
	}
	if stop := w.caught.pending(w.caught.endsWait); stop != 0 {
		return signalled(stop)
	}
	complain(why.Problem)
	return why.Exit
}
