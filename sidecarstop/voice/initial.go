package voice

import (
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop/podview"
)

// Where an init container ends badly no step ever starts. What one printed is repeated nowhere, as with steps; but for the cloner, which is ours: it says in
// its termination message what is wrong with which repository, and never a secret.

// failedInit is an init container with its last life that ended badly by itself.
type failedInit struct {
	podview.Container
	ended *corev1.ContainerStateTerminated
	cause podview.Cause
}

// failedInits are those that keep the containers after them from starting, in the order of the spec.
func failedInits(v podview.View) []failedInit {
	var failed []failedInit
	for _, c := range v.Containers {
		if c.Role != podview.Initial && c.Role != podview.Waiter {
			continue
		}
		f, isFailed := lastFailure(v, lastLife(c))
		if !isFailed && f.wasStopped(v) {
			// Stopped with its Pod, it says nothing about why it had been started again.
			c.Status.State.Terminated, c.Status.RestartCount = nil, c.Status.RestartCount-1
			f, isFailed = lastFailure(v, lastLife(c))
		}
		if isFailed {
			failed = append(failed, f)
		}
	}
	return failed
}

// lastFailure is false for one that did not end, ended well, or ended because its Pod did.
func lastFailure(v podview.View, c podview.Container) (failedInit, bool) {
	ended := c.Status.State.Terminated
	if ended == nil {
		return failedInit{}, false
	}
	f := failedInit{c, ended, podview.CauseOf(v.Pod, ended)}
	return f, ended.ExitCode != contract.ExitOK && !wasNeverMade(c, ended) && !f.wasStopped(v)
}

// wasStopped reports whether it ended because its Pod had to, which is not its failure.
func (f failedInit) wasStopped(v podview.View) bool {
	_, cancelled := cancelOf(v)
	hasToEnd := cancelled || v.Pod.DeletionTimestamp != nil || v.Pod.Status.Reason != ""
	return hasToEnd && f.ended != nil && podview.SignalOf(int(f.ended.ExitCode)) > 0 && f.cause.Reason != podview.OOMKilled
}

// sentence says how it ended, in at most so many bytes, such as "setup failed with exit code 3 (attempt 2)", and what comes then.
func (f failedInit) sentence(then string, limit int) string {
	sentence := f.Name + f.verb() + f.attempt() + then
	if said := f.said(limit - len(sentence) - len(": ")); said != "" {
		sentence += ": " + said
	}
	return OneLine(sentence, limit)
}

func (f failedInit) verb() string {
	switch {
	case !f.cause.Killed:
		return " failed with exit code " + strconv.Itoa(int(f.ended.ExitCode))
	case podview.IsNeverStarted(f.cause.Reason):
		return " could not be started: " + f.cause.Reason
	case f.cause.Signal > 0:
		return " was killed: signal " + strconv.Itoa(int(f.cause.Signal))
	}
	return " was killed: " + f.cause.Reason
}

func (f failedInit) attempt() string {
	if tries := restartsOf(f.Container) + 1; tries > 1 {
		return " (attempt " + strconv.Itoa(tries) + ")"
	}
	return ""
}

// said is what the cluster says, or the cloner.
func (f failedInit) said(limit int) string {
	if !f.cause.Killed || f.cause.Reason == podview.OOMKilled {
		// Where the kernel killed only git, the cloner had a word.
		return ClonersWord(f.Container, f.ended, limit)
	}
	return OneLine(f.cause.Message, min(limit, maxQuote))
}

// ClonersWord is why the cloner ended badly, in at most so many bytes on one line: for each repository that could not be cloned which it is, what git said,
// and what to do. It is empty for any other container, and for one that did not end by itself: what the kubelet shows then are the last lines of its log.
func ClonersWord(c podview.Container, ended *corev1.ContainerStateTerminated, limit int) string {
	if c.Order == nil || ended.ExitCode == contract.ExitOK || podview.SignalOf(int(ended.ExitCode)) > 0 {
		return ""
	}
	return Share(ended.Message, limit)
}

// cloneEvents tell of each try of the cloner that failed, whatever the restartPolicy: without them one reads only that the Pod is being initialised.
func cloneEvents(v podview.View, now time.Time) []Event {
	var events []Event
	for _, f := range failedInits(v) {
		if f.Order == nil || !isFresh(known(f.ended.FinishedAt), now) {
			continue
		}
		then := ""
		if v.IsAlive() && !v.IsCancelled() && !f.EndedForGood() {
			then = ", and is started again"
		}
		events = append(events, Event{
			Reason: CloneFailed, Warning: true, Action: actionClone, Message: f.sentence(then, MaxMessage), Once: once(f.Container),
		})
	}
	return events
}

// initFailures are the sentences about them, in at most so many bytes each.
func initFailures(v podview.View, limit int) []string {
	var said []string
	for _, f := range failedInits(v) {
		said = append(said, f.sentence("", limit))
	}
	return said
}
