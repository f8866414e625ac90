package voice

import (
	"time"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop/podview"
)

// orderly.dev/events: brief, the default, is one Event for the end of each step that ran, and one for each try that failed, of the cloner too. Those that did
// not run are counted in the condition and on the Job.

// eventsOf are the Events on the Pod.
func eventsOf(v podview.View, steps []step, now time.Time) []Event {
	if isTold(v, now) {
		return nil
	}
	all := v.Pod.Annotations[contract.AnnotationEvents] == contract.EventsAll
	events := cloneEvents(v, now)
	if all {
		events = append(events, readyEvents(v, steps, now)...)
	}
	for _, s := range steps {
		if all {
			events = append(events, startEvents(v, steps, s, now)...)
		}
		if isFresh(s.happened(), now) {
			events = append(events, s.endEvents(all)...)
		}
	}
	return events
}

// happened is when the container last ended, in the kubelet's words, for those of the step may be false.
func (s step) happened() time.Time {
	if s.try != nil {
		return s.try.seen
	}
	return s.seen
}

// endEvents tells of the end of a step, or of its last try.
func (s step) endEvents(all bool) []Event {
	switch {
	case !s.ended:
		return tryEvents(s.try)
	case s.saysHowItEnded():
		return []Event{s.event(s.endReason(), actionRun, s.sentence())}
	case all:
		return []Event{s.event(StepSkipped, actionSkip, s.sentence())}
	}
	return nil
}

// saysHowItEnded reports whether there is more to say than that the step did not run because of others.
func (s step) saysHowItEnded() bool {
	return s.ran() || s.status == StatusFailed || s.status == StatusKilled
}

func (s step) endReason() Reason {
	switch s.status {
	case StatusCompleted:
		return StepCompleted
	case StatusContinued, StatusFailed:
		return StepFailed
	case StatusCancelled, StatusTerminated:
		return StepCancelled
	case StatusKilled:
		return StepKilled
	case StatusSkipped, StatusNotStarted:
	}
	return StepSkipped
}

func (s step) event(reason Reason, action, message string) Event {
	return Event{
		Reason: reason, Action: action, Message: OneLine(message, MaxMessage), Once: once(s.Container),
		Warning: s.status.isTrouble() && reason != StepSkipped,
	}
}

// tryEvents is for OnFailure, where the kubelet starts a step again that failed. Those that were cancelled wait for their Pod to be ended.
func tryEvents(try *step) []Event {
	if try == nil || try.status != StatusFailed && try.status != StatusKilled {
		return nil
	}
	return []Event{try.event(try.endReason(), actionRun, try.sentence()+", and is started again")}
}
