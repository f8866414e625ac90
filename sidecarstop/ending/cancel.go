package ending

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop/voice"
)

// "Cancelling has three parts, in this order: orderly.dev/cancel, and the steps end; a Pod that is not Failed when its steps have ended once or their grace is
// over gets activeDeadlineSeconds 1; a Pod without a node gets phase Failed, reason and message through pods/status."

// grounds are why a Pod is cancelled. The zero value is no reason to.
type grounds struct {
	// reason is for machines, message a sentence for people.
	reason, message string
}

// cancel begins to cancel a Pod that has to be, or goes on with it.
func (q question) cancel() Decision {
	if condition, begun := q.cancelCondition(); begun {
		g := grounds{reason: condition.Reason, message: condition.Message}
		return q.announceCancel(g).and(q.finish(g, condition.LastTransitionTime.Time))
	}
	g, again := q.why()
	if g == (grounds{}) {
		return Decision{Again: again}
	}
	d := q.announceCancel(g)
	d.Conditions = []corev1.PodCondition{{
		Type: contract.ConditionCancelled, Status: corev1.ConditionTrue, Reason: g.reason, Message: g.message,
		LastTransitionTime: metav1.NewTime(q.Now.Truncate(time.Second)),
	}}
	d.Fail = q.failure(g)
	return d
}

// cancelCondition is the condition that the first part writes.
func (q question) cancelCondition() (corev1.PodCondition, bool) {
	condition, found := q.Condition(contract.ConditionCancelled)
	return condition, found && condition.Status == corev1.ConditionTrue
}

// announceCancel is the annotation, where nobody has written it, and the Events.
func (q question) announceCancel(g grounds) Decision {
	text := voice.OneLine(g.reason+": "+g.message, maxSentence)
	d := Decision{Events: []voice.Event{
		{Reason: EventCancelled, Warning: true, Action: actionCancel, Message: text},
		{Reason: EventCancelled, Warning: true, Action: actionCancel, Message: "Pod " + q.Pod.Name + ": " + text, On: voice.OnOwner},
	}}
	if !q.IsCancelled() {
		d.Cancel = text
	}
	return d
}

// failure is the end of a Pod that has no node, and so no kubelet to end it.
func (q question) failure(g grounds) *Failure {
	if q.Pod.Spec.NodeName != "" {
		return nil
	}
	return &Failure{Reason: g.reason, Message: g.message}
}

// why finds the grounds to cancel a Pod that is not cancelled yet; or how long until there may be some. What is wrong with a container is asked before the
// gate, which may be closed because of it.
func (q question) why() (g grounds, again time.Duration) {
	if g = q.cancelledByUser(); g != (grounds{}) {
		return g, 0
	}
	if g = q.sidecarFailed(); g != (grounds{}) {
		return g, 0
	}
	if g, again = q.cannotStart(); g != (grounds{}) {
		return g, 0
	}
	if g = q.waitedInVain(); g != (grounds{}) {
		return g, 0
	}
	return q.gateFailed(), again
}
