package voice

import (
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop/podview"
)

// Saying is what there is to say about a Pod. The zero value is nothing.
type Saying struct {
	// Annotations are to be set: orderly.dev/result, or nothing where the Pod has it.
	Annotations map[string]string
	// Conditions are to be set: orderly.dev/Finished, or nothing where the Pod has it. They belong into the same patch.
	Conditions []corev1.PodCondition
	// Events are all that can be said now. Those that were said before are among them: whoever writes them finds that they are there.
	Events []Event
}

// Tell says what there is to say about a Pod now. A Pod without steps has no result and never finishes; a Pod that Orderly did not rewrite has nothing to
// be said about at all. Once annotations and conditions are on the Pod, they are not said again.
//
// It reads of the Pod, beside what [podview] reads: its annotations orderly.dev/cancel, events and result and those of gates, its conditions, start time and
// the reason and message of its status, and of each container's status the ID, restarts, and the states now and before.
func Tell(v podview.View, now time.Time) Saying {
	if !v.IsManaged() {
		return Saying{}
	}
	steps := stepsOf(v)
	var said Saying
	haveEnded := len(steps) > 0 && !slices.ContainsFunc(steps, func(s step) bool { return !s.ended })
	if haveEnded {
		said.finish(v, steps, now)
	}
	said.Events = eventsOf(v, steps, now)
	if haveEnded && !isTold(v, now) {
		said.Events = append(said.Events, ownerEvent(v, steps))
	}
	return said
}

// finish says how the steps ended.
func (s *Saying) finish(v podview.View, steps []step, now time.Time) {
	if text := encode(v, steps); v.Pod.Annotations[contract.AnnotationResult] != text {
		s.Annotations = map[string]string{contract.AnnotationResult: text}
	}
	if condition := finishedCondition(v, steps, now); !isSaid(v, condition) {
		s.Conditions = []corev1.PodCondition{condition}
	}
}
