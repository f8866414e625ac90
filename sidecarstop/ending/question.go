package ending

import (
	"math"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop/podview"
)

// question is what is to be done for a Pod, with what several rules need of it.
type question struct {
	podview.View
	Facts
	steps []podview.Container
	// stepsEnded says that there are steps, and that all have ended for good.
	stepsEnded bool
}

func ask(v podview.View, f Facts) question {
	q := question{View: v, Facts: f, steps: v.Steps()}
	q.stepsEnded = len(q.steps) > 0 && !slices.ContainsFunc(q.steps, func(c podview.Container) bool { return !c.EndedForGood() })
	return q
}

// defaultGrace is what Kubernetes gives a container between the stop signal and SIGKILL where the Pod says nothing.
const defaultGrace = 30 * time.Second

// grace is the Pod's terminationGracePeriodSeconds.
func (q question) grace() time.Duration {
	seconds := q.Pod.Spec.TerminationGracePeriodSeconds
	if seconds == nil {
		return defaultGrace
	}
	return time.Duration(min(max(*seconds, 0), math.MaxInt32)) * time.Second
}

// isBeingKilled reports whether the Pod was cancelled and its deadline is over: the kubelet stops everything in it.
func (q question) isBeingKilled() bool {
	deadline := q.Pod.Spec.ActiveDeadlineSeconds
	return q.IsCancelled() && deadline != nil && *deadline <= 1
}

// elapsed is the time since a clock started. One that has not, or that is ahead of ours, starts now.
func (q question) elapsed(since time.Time) time.Duration {
	if since.IsZero() {
		return 0
	}
	return max(q.Now.Sub(since), 0)
}

// ended is when something ended: what the kubelet says, or, where it does not know or its clock is ahead of ours, when that was first seen here.
func (q question) ended(told, seen time.Time) time.Time {
	if told.IsZero() || told.After(q.Now) {
		return seen
	}
	return told
}

// isSwapped reports whether the container's image is the nop image.
func (q question) isSwapped(c podview.Container) bool {
	return q.NopImage != "" && c.Image == q.NopImage
}

// exitCode is that of a container that has ended, and false for one that has not.
func exitCode(c podview.Container) (int32, bool) {
	if c.Status.State.Terminated == nil {
		return 0, false
	}
	return c.Status.State.Terminated.ExitCode, true
}

// isRunning reports whether the kubelet says that the container runs.
func isRunning(c podview.Container) bool { return c.Status.State.Running != nil }

// endedBadly reports whether the container has ended for good, and not with 0.
func endedBadly(c podview.Container) bool {
	code, ended := exitCode(c)
	return ended && code != contract.ExitOK && c.EndedForGood()
}

// restartsNothing reports whether the Pod's restartPolicy is Never.
func (q question) restartsNothing() bool {
	return q.Pod.Spec.RestartPolicy == corev1.RestartPolicyNever
}
