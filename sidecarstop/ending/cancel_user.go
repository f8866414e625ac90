package ending

import (
	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop/voice"
)

// "A user may set orderly.dev/cancel: every step ends, the logs stay; it cannot be taken back; on restartPolicy Always it has no effect and an Event
// says so."
//
// The companion writes the annotation and the condition at once, so an annotation alone is somebody else's.

// cancelledByUser are the grounds of a Pod that somebody cancelled.
func (q question) cancelledByUser() grounds {
	if !q.IsCancelled() {
		return grounds{}
	}
	text := voice.OneLine(q.Pod.Annotations[contract.AnnotationCancel], maxSentence)
	if text == "" {
		text = "no reason was given"
	}
	return grounds{reason: ReasonUserCancel, message: text}
}

// ignoreCancel tells whoever cancels a Pod with restartPolicy Always that it does not end.
func (q question) ignoreCancel() Decision {
	if q.Pod.Annotations[contract.AnnotationCancel] == "" {
		return Decision{}
	}
	return Decision{Events: []voice.Event{{
		Reason: EventCancelIgnored, Warning: true,
		Message: "annotation " + contract.AnnotationCancel + " has no effect on a Pod with restartPolicy Always, which never ends: delete the Pod instead",
	}}}
}
