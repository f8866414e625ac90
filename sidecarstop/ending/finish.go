package ending

import (
	"time"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop/podview"
)

// The second and third part of a cancel. The steps end by themselves, with their logs and their exit codes, and most Pods with them. For the others
// spec.activeDeadlineSeconds is lowered to 1. The kubelet compares it with status.startTime, which it sets itself, and stops all that still runs in
// the ordinary way (kubernetes/pkg/kubelet/active_deadline.go), whatever the restartPolicy, and also where nothing was ever started.

// finishDelay is how much longer than its grace a Pod may take to end.
const finishDelay = 5 * time.Second

// noticeDelay is how long the steps of a Pod that starts again what failed have to notice the cancel. They end what they run and stay until they are
// stopped, so that the kubelet does not start them again, which would cost their logs; so nobody sees that they have ended. Nothing is cut short by the
// deadline: from then on the kubelet gives them the whole grace.
const noticeDelay = 3 * time.Second

// finishLimit is how long after the cancel the Pod gets its deadline at the latest.
func (q question) finishLimit() time.Duration {
	if q.restartsNothing() {
		return q.grace() + finishDelay
	}
	return noticeDelay
}

// finish ends a Pod that was cancelled at that time.
func (q question) finish(g grounds, since time.Time) Decision {
	switch failure := q.failure(g); {
	case failure != nil:
		return Decision{Fail: failure}
	case q.isBeingKilled():
		return Decision{}
	}
	// A time that lies further ahead than this lasts, is nonsense: nobody waits for it.
	limit := q.finishLimit()
	left := limit - q.Now.Sub(since)
	if left <= 0 || left > 2*limit || !q.endsByItself(since) {
		return Decision{Deadline: true}
	}
	return Decision{Again: left}
}

// endsByItself reports whether to wait: for containers that have seen the cancel and end, or, where nothing is started again, for a Pod that fails as soon
// as its sidecars have left.
func (q question) endsByItself(since time.Time) bool {
	for _, c := range q.Containers {
		if heeds(c) && isRunning(c) && !endedAfter(c, since) {
			return true
		}
	}
	return q.restartsNothing() && q.failsByItself()
}

// heeds reports whether a container ends when its Pod is cancelled. Of a wrapper of another version it is assumed.
func heeds(c podview.Container) bool {
	return c.Role == podview.Step || len(c.Options.CancelFiles) > 0
}

// endedAfter reports whether a container that runs has ended once since the cancel, and was started again.
func endedAfter(c podview.Container, since time.Time) bool {
	last := c.Status.LastTerminationState.Terminated
	return last != nil && last.FinishedAt.After(since)
}

// failsByItself reports whether a Pod that starts nothing again becomes Failed without help: something in it has failed, all else has ended or is about to,
// and nothing is left that has never started.
func (q question) failsByItself() bool {
	failed := false
	for _, c := range q.Containers {
		code, ended := exitCode(c)
		if !ended && !q.leaves(c) {
			return false
		}
		failed = failed || ended && code != contract.ExitOK && c.Role != podview.Native
	}
	return failed
}

// leaves reports whether a container that has not ended does so when the steps have.
func (q question) leaves(c podview.Container) bool {
	switch _, refused := q.Refused[c.Name]; c.Role {
	case podview.Native:
		return true
	case podview.Wrapped:
		return isRunning(c)
	case podview.Regular:
		return q.stepsEnded && isRunning(c) && !refused && q.NopImage != ""
	default:
		return false
	}
}
