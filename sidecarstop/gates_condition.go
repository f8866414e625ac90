package sidecarstop

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop/gate"
	"orderly.dev/sidecarstop/podview"
	"orderly.dev/sidecarstop/voice"
)

// "While a gate is closed, the condition orderly.dev/Ready and an Event list what is missing, at most every 30 s, and on change."

const (
	// patience is how long a Pod waits before anything is said: most gates open sooner, and then it would be a write for nothing.
	patience = 5 * time.Second
	// pause is how long what was said stays, however much it changes.
	pause = 30 * time.Second
)

// conditionLimit bounds the message of the condition, which stands in every Pod that waits.
var conditionLimit = gate.Limit{Entries: 10, Bytes: 2048}

// Reasons of the condition orderly.dev/Ready.
const (
	reasonOpen       = "GatesOpen"
	reasonWaitingFor = "WaitingFor"
)

// statement is what is to be said about the gates now.
type statement struct {
	conditions []corev1.PodCondition
	events     []voice.Event
	// again is when something is to be said if nothing changes, 0 for never.
	again time.Duration
}

// state says how the gates of a Pod stand. What was said last, and when, is read from the Pod.
func (r gateReport) state(v podview.View, now time.Time) statement {
	said, found := v.Condition(contract.ConditionReady)
	switch {
	case !v.IsAlive() || v.IsCancelled():
		return statement{}
	case len(r.closed) > 0:
		return r.stateMissing(v, said, now)
	case r.givenUp:
		return statement{}
	case r.moot:
		// It was not all true in the end, and nobody asks any more.
		return statement{events: r.openings()}
	case len(r.opened) > 0:
		return statement{[]corev1.PodCondition{openCondition(said, now)}, allOpen(r.opened), 0}
	case found && said.Status != corev1.ConditionTrue, !found && asksForCondition(v.Pod):
		return statement{[]corev1.PodCondition{openCondition(said, now)}, allOpen(v.Gates()), 0}
	case said.Reason == reasonOpen && isFresh(said.LastTransitionTime.Time, now):
		return statement{events: allOpen(v.Gates())}
	default:
		return statement{}
	}
}

// stateMissing lists what the closed gates wait for. A gate that opens beside them is told by its Event alone.
func (r gateReport) stateMissing(v podview.View, said corev1.PodCondition, now time.Time) statement {
	s := statement{events: r.openings()}
	message := gate.Missing(r.missing, conditionLimit)
	known := said.Status == corev1.ConditionFalse
	if known && said.Message == message {
		s.events = append(s.events, r.repeated(said, now)...)
		return s
	}
	if wait := r.quiet(v, said, now); wait > 0 {
		s.again = wait
		return s
	}
	condition := changed(said, corev1.ConditionFalse, now)
	condition.Reason, condition.Message = reasonWaitingFor, message
	s.conditions = []corev1.PodCondition{condition}
	s.events = append(s.events, waitingEvent(r.missing, condition))
	return s
}

// quiet is how long nothing is to be said yet. That something failed for good is said at once, but once.
func (r gateReport) quiet(v podview.View, said corev1.PodCondition, now time.Time) time.Duration {
	switch {
	case said.Status == corev1.ConditionFalse:
		return restOf(pause, said.LastProbeTime.Time, now)
	case gate.Overall(r.missing) == gate.FailedForGood:
		return 0
	case v.Pod.Status.StartTime != nil:
		return restOf(patience, v.Pod.Status.StartTime.Time, now)
	default:
		return restOf(patience, v.Pod.CreationTimestamp.Time, now)
	}
}

// restOf is what is left of a pause, 0 or less where it is over. A time that lies further ahead than the pause lasts is nonsense, because a clock was set
// back: nobody waits for it. Less than that is a clock that differs from ours.
func restOf(all time.Duration, since, now time.Time) time.Duration {
	left := since.Add(all).Sub(now)
	if left > 2*all {
		return 0
	}
	return left
}

// asksForCondition reports whether the Pod counts as ready only with our condition. Admission asks so where a container waits by itself.
func asksForCondition(pod *corev1.Pod) bool {
	for _, g := range pod.Spec.ReadinessGates {
		if g.ConditionType == contract.ConditionReady {
			return true
		}
	}
	return false
}

func openCondition(said corev1.PodCondition, now time.Time) corev1.PodCondition {
	condition := changed(said, corev1.ConditionTrue, now)
	condition.Reason, condition.Message = reasonOpen, "everything that the Pod waits for is true"
	return condition
}

// changed is the condition with another status. The time of its probe is when it was written.
func changed(said corev1.PodCondition, status corev1.ConditionStatus, now time.Time) corev1.PodCondition {
	condition := corev1.PodCondition{
		Type: contract.ConditionReady, Status: status, LastProbeTime: metav1.NewTime(now), LastTransitionTime: said.LastTransitionTime,
	}
	if said.Status != status {
		condition.LastTransitionTime = metav1.NewTime(now)
	}
	return condition
}
