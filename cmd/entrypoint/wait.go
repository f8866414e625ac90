package main

import (
	"slices"
	"syscall"

	"orderly.dev/mutate/contract"
)

// turn is how a wait ended.
type turn struct {
	// Stop is the signal that ended it, 0 if none did. Then nothing else counts.
	Stop syscall.Signal
	// Served says that the steps which a sidecar serves have all ended, so that it has nothing to do any more.
	Served bool
	// Verdict counts otherwise.
	Verdict verdict
}

// waiting is a container before its turn.
type waiting struct {
	// before is what must be true before the command may run.
	before *expectation
	// served are the steps that a sidecar serves; nothing, for a step.
	served *expectation
	// lookout watches both. It must be closed after the command was started, and not before: see [lookout.close].
	lookout *lookout
}

func newWaiting(o contract.Options) waiting {
	w := waiting{
		before: &expectation{
			closed: slices.Clone(o.ReadyFiles), running: slices.Clone(o.WaitFiles), needContent: o.WaitFileContent,
		},
		served: &expectation{running: slices.Clone(o.StopFiles)},
	}
	w.lookout = newLookout(w.before, w.served)
	return w
}

// turn sleeps until the container may run its command, or never will.
func (w waiting) turn(caught signals) turn {
	for first := true; ; first = false {
		if t, decided := w.decide(); decided {
			return t
		}
		if first {
			caught.catchAll()
			w.lookout.settle()
			continue
		}
		if stop := w.lookout.sleep(caught); stop != 0 {
			return turn{Stop: stop}
		}
	}
}

// decide reports whether the wait is over, and how. A gate holds only a command up: a step whose predecessors say that it does
// not run ends at once.
func (w waiting) decide() (t turn, decided bool) {
	if isServed(w.served) {
		return turn{Served: true}, true
	}
	if !w.before.allEnded() {
		return turn{}, false
	}
	t.Verdict = judge(w.before.ended)
	return t, !t.Verdict.Run || w.before.gatesOpen()
}

// sleep returns when the files were looked at again, or with the signal that ends the wait.
func (l *lookout) sleep(caught signals) syscall.Signal {
	select {
	case s := <-caught.others:
		if endsWait(number(s)) {
			return number(s)
		}
	case <-caught.children:
		reapOrphans()
	case <-l.changed():
		l.look()
	case <-l.due():
		l.tick()
	}
	return 0
}

// isServed reports whether there were such steps and all have ended.
func isServed(served *expectation) bool { return len(served.ended) > 0 && served.allEnded() }
