package ending

import (
	"cmp"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/sidecarstop/podview"
	"orderly.dev/sidecarstop/voice"
)

// Settings is what an operator configures.
type Settings struct {
	// NopImage is the image that a sidecar is swapped to. Empty means that none ever is, and that this is said.
	NopImage string
	// Knows reports whether the program of NopImage can be started under a command of a container. Nil means that it can be under none, only as
	// what the image itself starts.
	Knows func(command []string) bool
	// Patience is how long a container may wait for each of [GracedReasons] before the Pod is cancelled. A reason that is missing has
	// [DefaultPatience]; 0 is no patience at all.
	Patience map[string]time.Duration
}

// DefaultPatience is how long a container may wait for a reason that may pass by itself.
const DefaultPatience = 2 * time.Minute

// Facts is what the Pod itself does not say.
type Facts struct {
	Settings
	// Now is the time of the decision.
	Now time.Time
	// Troubles say since when something is wrong. They are what [Troubles.After] says of the same Pod.
	Troubles Troubles
	// Refused is why the API server refused to swap the image of a sidecar, by the sidecar's name.
	Refused map[string]string
	// Owner is the Job that owns the Pod. It is nil where no Job does, and where nothing is known of it yet.
	Owner *Owner
	// GateFailure says for people what is waited for in vain: it timed out, or failed for good. Empty where nothing is.
	GateFailure string
	// GateReason is the machine's word for GateFailure, [ReasonGateTimeout] or [ReasonDependencyFailed]. Empty is the first.
	GateReason string
}

// Decision is what is to be done for a Pod now. The zero value is nothing.
type Decision struct {
	// Cancel becomes the annotation orderly.dev/cancel. Empty is no change.
	Cancel string
	// Conditions are those of the Pod that are to be set. They go with Cancel, in one write of pods/status.
	Conditions []corev1.PodCondition
	// Dead becomes the annotation orderly.dev/dead, one name a line: the whole list. Nil is no change.
	Dead []string
	// Deadline says that spec.activeDeadlineSeconds becomes 1.
	Deadline bool
	// Fail becomes the status of the Pod, with phase Failed, in the same write as Conditions. Only a Pod without a node gets it.
	Fail *Failure
	// Stop names the sidecars whose image becomes [Settings.NopImage], in the order of the spec.
	Stop []string
	// Events are all that can be said now, also what was said before: whoever writes them finds that they are there. They are said when the rest of
	// the decision has been carried out.
	Events []voice.Event
	// Again is how long from now to decide again where nothing else gives a reason to. 0 is never.
	Again time.Duration
}

// Failure is how a Pod ends that has no kubelet to end it: reason and message of its status.
type Failure struct{ Reason, Message string }

// Decide says what is to be done for a Pod now, as far as it is about ending the Pod or a container of it. Nothing is done to a Pod that has finished or is
// being deleted, nor to one that Orderly has no part in, but that a user's cancel ends it: whoever may write that annotation may delete the Pod too.
//
// Once a decision has been carried out, the next one about the same Pod at the same time goes on with the next part of a cancel, or only says what
// is said already.
func Decide(v podview.View, f Facts) Decision {
	q := ask(v, f)
	switch {
	case !v.IsManaged() || !v.IsAlive(), !v.IsOurs() && !v.IsCancelled():
		return Decision{}
	case !v.MayEnd():
		return q.ignoreCancel()
	}
	switch d := q.cancel(); {
	case d.Deadline || d.Fail != nil || q.isBeingKilled():
		return d
	case len(d.Conditions) > 0:
		return d.and(q.announceDead())
	default:
		return d.and(q.announceDead()).and(q.stopSidecars()).and(q.reportSurvivors())
	}
}

// and joins the decisions of two rules.
func (d Decision) and(other Decision) Decision {
	d.Cancel = cmp.Or(d.Cancel, other.Cancel)
	d.Conditions = slices.Concat(d.Conditions, other.Conditions)
	d.Deadline = d.Deadline || other.Deadline
	d.Fail = cmp.Or(d.Fail, other.Fail)
	d.Dead = slices.Concat(d.Dead, other.Dead)
	d.Stop = slices.Concat(d.Stop, other.Stop)
	d.Events = slices.Concat(d.Events, other.Events)
	d.Again = sooner(d.Again, other.Again)
	return d
}

// sooner is the shorter of two times, of which 0 is never.
func sooner(a, b time.Duration) time.Duration {
	if a <= 0 || b <= 0 {
		return max(a, b, 0)
	}
	return min(a, b)
}
