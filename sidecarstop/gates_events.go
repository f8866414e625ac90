package sidecarstop

import (
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop/gate"
	"orderly.dev/sidecarstop/podview"
	"orderly.dev/sidecarstop/voice"
)

// Reasons of the Events about gates. They are part of what users may rely on.
const (
	// EventReady says that gates have opened, and who runs now.
	EventReady voice.Reason = "Ready"
	// EventWaitingFor lists what closed gates wait for.
	EventWaitingFor voice.Reason = "WaitingFor"
)

// Actions of the same Events: what the loop did, in the words of the Events API.
const (
	actionOpen = "OpenGate"
	actionWait = "Wait"
)

// A companion can be killed after it has written the condition and before it has said the Event that goes with it. So the Event is said again as long as the
// condition stands and is fresh: it has a name that follows from the condition, by which it is said only once.

// isFresh reports whether an Event is said again: later the API server may have forgotten the first one, and it would be there as if it were new.
func isFresh(said, now time.Time) bool { return now.Sub(said) <= voice.FreshFor }

// onceForAll tells the Event that all gates are open now from those of gates that opened before the others.
const onceForAll = contract.ConditionReady

// allOpen tells that all gates are open, of which those are the last as far as one knows.
func allOpen(last []podview.Gate) []voice.Event { return []voice.Event{readyEvent(last, onceForAll)} }

// openings tells of the gates that open now beside others that stay closed, if any do.
func (r gateReport) openings() []voice.Event {
	if len(r.opened) == 0 {
		return nil
	}
	var which []string
	for _, g := range r.opened {
		which = append(which, g.Annotation)
	}
	return []voice.Event{readyEvent(r.opened, strings.Join(which, ","))}
}

// readyEvent tells of gates that have opened together.
func readyEvent(opened []podview.Gate, once string) voice.Event {
	var who []string
	for _, g := range opened {
		switch {
		case g.IsHold():
			who = append(who, "the Pod may be scheduled")
		case g.IsOfFirstSteps():
			who = append(who, "the first steps run")
		case g.Container == contract.WaitContainer:
			who = append(who, "the Pod starts")
		default:
			who = append(who, "container "+g.Container+" runs")
		}
	}
	message := "Everything that was waited for is true"
	if len(who) > 0 {
		message += ": " + strings.Join(who, ", ")
	}
	return voice.Event{Reason: EventReady, Action: actionOpen, Once: once, Message: message}
}

// waitingEvent lists what is missing, as that condition does. What is missing again after a while is said again.
func waitingEvent(missing []gate.Judged, with corev1.PodCondition) voice.Event {
	return voice.Event{
		Reason: EventWaitingFor, Action: actionWait, Once: with.LastProbeTime.UTC().Format(time.RFC3339),
		Warning: gate.Overall(missing) == gate.FailedForGood,
		Message: gate.Missing(missing, gate.EventLimit),
	}
}

// repeated is the Event of a condition that says what is missing still.
func (r gateReport) repeated(said corev1.PodCondition, now time.Time) []voice.Event {
	if said.Reason != reasonWaitingFor || !isFresh(said.LastProbeTime.Time, now) {
		return nil
	}
	return []voice.Event{waitingEvent(r.missing, said)}
}
