package main

import (
	"slices"

	"orderly.dev/mutate/contract"
)

// end is how a step of the matrix ends.
type end struct {
	// reason is its marker's, empty where there is none.
	reason contract.Reason
	exit   int
	// failed is what others learn of it.
	failed []string
	means  effect
}

// killedExit is how the tests see the end of a wrapper that was killed; the runtime says 137.
const killedExit = -9

// final is how a ends if it is not started again.
func (c pattern) final() end {
	o := c.outcome
	switch {
	case o.name == "skipped" && c.root == allWell:
		return end{reason: contract.NotNeeded}
	case o.name == "skipped":
		return end{reason: contract.Skipped, failed: []string{"root"}, means: somethingFailed}
	case o.name == "sibling failed" && !c.siblingCounts():
		return c.good()
	}
	e := end{reason: o.want, exit: o.wantExit, means: o.means, failed: []string{"a"}}
	if c.onError == contract.ErrorContinues {
		e.reason, e.means = o.wantContinued, o.heals
	}
	switch e.reason {
	case contract.Completed, contract.Continued:
		return c.well(e.reason)
	case contract.Cancelled:
		e.failed = nil
		if e.means == somethingFailed {
			e.failed = []string{c.sibling()}
		}
	case "":
		e.exit = killedExit
	default:
		if c.root != allWell {
			e.failed = []string{"a", "root"}
		}
	}
	return e
}

// good is how a ends when it goes well.
func (c pattern) good() end { return c.well(contract.Completed) }

// well is the end of a step that did not fail, or whose own failure is healed. What failed before is not healed.
func (c pattern) well(reason contract.Reason) end {
	if c.root != allWell {
		return end{reason: contract.UpstreamFailed, failed: []string{"root"}, means: somethingFailed}
	}
	return end{reason: reason}
}

// siblingCounts reports whether the failure of a sibling ends a. Under OnFailure the sibling is started again.
func (c pattern) siblingCounts() bool { return c.runIf == contract.RunOnSuccess && !c.restartable }

// sibling is the name of the step that fails where a sibling does.
func (c pattern) sibling() string {
	if c.shape == staged {
		return "b"
	}
	return "sib"
}

// unfinished is a, whose container the kubelet starts again, until something ends the Pod.
func (c pattern) unfinished() bool { return c.restartable && c.final().exit != 0 }

// again says that a goes well when it is started again. A Pod that is cancelled or stopped does not come so far.
func (c pattern) again() bool {
	return c.unfinished() && c.outcome.name != "cancelled" && c.outcome.name != "stopped from outside"
}

// firstLife is how the first life of a ends.
func (c pattern) firstLife() end {
	e := c.final()
	if c.unfinished() {
		e.reason = ""
	}
	return e
}

// last is how a ends after all its lives.
func (c pattern) last() end {
	switch {
	case c.again():
		return c.good()
	case c.unfinished():
		return end{exit: c.final().exit, means: noEndYet}
	}
	return c.final()
}

// bRuns reports whether b's turn comes. It has a runIf of success, and in a stage the same step before it as a.
func (c pattern) bRuns() bool { return c.shape == fannedIn || c.shape == staged && c.root == allWell }

// bFails says that b is the sibling that fails.
func (c pattern) bFails() bool { return c.shape == staged && c.outcome.name == "sibling failed" }

// ofB is how b ends.
func (c pattern) ofB() end {
	endsSiblings := []contract.Reason{contract.Error, contract.Timeout, ""} // the last one is a kill
	switch {
	case !c.bRuns():
		return end{reason: contract.Skipped, failed: []string{"root"}, means: somethingFailed}
	case c.outcome.name == "cancelled" && c.restartable:
		return end{exit: contract.ExitCancelled, means: noEndYet}
	case c.outcome.name == "cancelled":
		return end{reason: contract.Cancelled, exit: contract.ExitCancelled, means: podCancelled}
	case c.bFails() && !c.restartable:
		return end{reason: contract.Error, exit: 1, failed: []string{"b"}, means: somethingFailed}
	case c.shape == staged && !c.restartable && slices.Contains(endsSiblings, c.final().reason):
		return end{reason: contract.Cancelled, exit: contract.ExitCancelled, failed: []string{"a"}, means: somethingFailed}
	}
	return end{reason: contract.Completed}
}

// ofX is how x ends, which waits for a, and for b where there is one.
func (c pattern) ofX() end {
	before := c.last()
	if c.shape != chained {
		b := c.ofB()
		before.means, before.failed = max(before.means, b.means), slices.Concat(before.failed, b.failed)
		slices.Sort(before.failed)
		before.failed = slices.Compact(before.failed)
	}
	return c.after(before, c.nextIf)
}

// ofY is how y ends, which waits for x.
func (c pattern) ofY() end { return c.after(c.ofX(), c.lastIf) }

// after is how a step ends that would go well.
func (c pattern) after(before end, runIf contract.RunIf) end {
	if before.means == noEndYet {
		return end{exit: c.outcome.wantExit, means: noEndYet} // it is cancelled or stopped like a
	}
	var e end
	e.reason, e.means = follower(before.means, runIf)
	switch e.reason {
	case contract.Terminated:
		e.exit = 143
	case contract.Cancelled:
		e.exit = contract.ExitCancelled
	}
	if e.means == somethingFailed || e.means == stoppedOutside {
		e.failed = before.failed
	}
	return e
}
