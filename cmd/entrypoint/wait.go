package main

import (
	"slices"
	"syscall"
	"time"

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
	options contract.Options
	caught  signals
	facts   *facts
	// lookout looks at the facts. After the wait it goes on watching what matters while the command runs.
	lookout *lookout
	// inside are the gates that only this container can see; nil without any.
	inside *inside
	// missing are those of them that were still closed when they were last looked at.
	missing []string
	// onlyGates is since when nothing but gates has been missing; zero before.
	onlyGates time.Time
	patience  patienceOf
}

func newWaiting(o contract.Options, caught signals) *waiting {
	f := newFacts(o)
	return &waiting{
		options: o, caught: caught, facts: f, lookout: newLookout(f), inside: newInside(o), patience: startPatience(time.Now()),
	}
}

// turn sleeps until the container may run its command, or never will. A stop that has arrived by then comes before all else.
func (w *waiting) turn() turn {
	t := w.sleepUntilDecided()
	if t.Stop == 0 && !t.Served && !t.Verdict.Run { // whoever starts the command looks himself, as late as can be
		t.Stop = w.caught.pending(w.caught.endsWait)
	}
	if t.Stop == 0 && t.Verdict.Reason == contract.Cancelled && w.facts.cancelled {
		complain("cancelled: " + w.facts.reason)
	}
	return t
}

func (w *waiting) sleepUntilDecided() turn {
	for first := true; ; first = false {
		if t, decided := w.decide(time.Now()); decided {
			return t
		}
		if first {
			w.lookout.settle()
			continue
		}
		if stop := w.sleep(); stop != 0 {
			return turn{Stop: stop}
		}
	}
}

// decide reports whether the wait is over, and how. A gate holds only a command up: a step whose predecessors say that it does
// not run ends at once.
func (w *waiting) decide(now time.Time) (t turn, decided bool) {
	if w.facts.served.isServed() {
		return turn{Served: true}, true
	}
	t.Verdict, decided = judge(situation{
		Cancelled: w.facts.cancelled, Siblings: w.facts.siblings.ended,
		Before: w.facts.before.ended, AllEnded: w.facts.before.allEnded(), RunIf: w.options.RunIf,
	})
	if !decided || !t.Verdict.Run || w.gatesOpen(now) {
		return t, decided
	}
	if w.options.WaitTimeout == 0 || now.Sub(w.onlyGates) < w.options.WaitTimeout {
		return turn{}, false
	}
	complain("nothing but " + listed(w.closed()) + " was missing for " + w.options.WaitTimeout.String())
	failed := sorted(append(t.Verdict.Failed, ownName(w.options)...))
	return turn{Verdict: verdict{Reason: contract.GateTimeout, ExitCode: contract.ExitTimeout, Failed: failed}}, true
}

// gatesOpen reports whether every gate has opened. What is inside the container is looked at only once nothing else is missing,
// because it costs up to ten looks a second.
func (w *waiting) gatesOpen(now time.Time) bool {
	if w.onlyGates.IsZero() {
		w.onlyGates = now
	}
	if w.inside != nil {
		if w.missing = w.inside.look(); len(w.missing) == 0 {
			w.inside = nil
		}
	}
	return len(w.closed()) == 0
}

// closed names the gates that are closed.
func (w *waiting) closed() []string { return slices.Concat(w.missing, w.facts.closed) }

// sleep returns when the files were looked at again, or with the signal that ends the wait.
func (w *waiting) sleep() syscall.Signal {
	w.lookout.within(w.limit(time.Now()))
	select {
	case <-w.caught.bell:
		return w.caught.pending(w.caught.endsWait)
	case <-w.lookout.changed():
		w.lookout.look()
	case <-w.lookout.due():
		now := time.Now()
		w.lookout.tick(w.limit(now))
		if w.patience.isOver(now) {
			complain("still waiting " + w.whatFor())
		}
	}
	return 0
}

// limit is the time until the next look at the latest.
func (w *waiting) limit(now time.Time) time.Duration {
	limit := safetyTick
	if len(w.missing) > 0 {
		limit = insideTick(now.Sub(w.onlyGates))
	}
	if !w.onlyGates.IsZero() && w.options.WaitTimeout > 0 {
		limit = min(limit, w.onlyGates.Add(w.options.WaitTimeout).Sub(now))
	}
	return max(limit, time.Millisecond)
}

// ownName is the container's name, if it has one.
func ownName(o contract.Options) []string {
	if o.Step == "" {
		return nil
	}
	return []string{o.Step}
}
