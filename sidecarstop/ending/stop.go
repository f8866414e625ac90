package ending

import (
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop/podview"
	"orderly.dev/sidecarstop/voice"
)

// "Native: the kubelet. Wrapped: leaves by itself on the markers. Wrapped with preStop, Never: image swap; OnFailure: leaves by itself. Not wrapped, Never:
// image swap; OnFailure: image swap if RestartCounts so far + 1 < backoffLimit, else an Event says that nothing can stop it. Never swapped: Pending
// Pods, containers that have ended, the same one twice."

// ownerPause is how long to wait for what is not known of the Job yet, and for its other Pods to finish.
const ownerPause = 10 * time.Second

// stopSidecars stops those that would keep the Pod running although every step has ended. A Pending Pod has none: while the kubelet has not started all of its
// containers, a swapped image would be pulled and started for nothing.
func (q question) stopSidecars() Decision {
	if !q.stepsEnded || q.Pod.Status.Phase != corev1.PodRunning {
		return Decision{}
	}
	var d Decision
	for _, c := range q.Sidecars() {
		if c.Role == podview.Regular {
			d = d.and(q.stopSidecar(c, len(d.Stop)))
		}
	}
	return d
}

// stopSidecar stops one beside others that are stopped at once.
func (q question) stopSidecar(c podview.Container, others int) Decision {
	refusal, refused := q.Refused[c.Name]
	switch {
	case q.isSwapped(c):
		return Decision{Events: q.stopped(c)}
	case c.EndedForGood():
		return Decision{}
	case q.NopImage == "":
		return q.cannotStop(c, "no image is configured that it could be swapped to")
	case refused:
		return Decision{Events: []voice.Event{{
			Reason: EventSwapRefused, Warning: true, Action: actionStop, Once: c.Name,
			Message: withQuote("sidecar "+c.Name+" keeps the Pod running: its image may not be swapped", refusal),
		}}}
	case q.restartsNothing() || !isOfJob(q.Pod):
		return Decision{Stop: []string{c.Name}, Events: q.stopped(c)}
	case q.Owner == nil:
		return Decision{Again: ownerPause}
	case !q.Owner.affords(others + 1):
		return q.cannotAfford(c, others+1)
	default:
		return Decision{Stop: []string{c.Name}, Events: q.stopped(c)}
	}
}

// cannotAfford says that the Job has no restart left to stop a sidecar with. The restarts of its other Pods count no more when those have finished, so where
// the Pod's own leave room it is asked again.
func (q question) cannotAfford(c podview.Container, more int) Decision {
	d := q.cannotStop(c, fmt.Sprintf("a swap of its image is a restart, of which the Job has had %d, and its backoffLimit is %d",
		q.Owner.Restarts, q.Owner.BackoffLimit))
	alone := Owner{BackoffLimit: q.Owner.BackoffLimit, Restarts: Restarts(q.View, q.NopImage)}
	if alone.affords(more) {
		d.Again = ownerPause
	}
	return d
}

// stopped tells of a sidecar that was swapped, and of one that this ends badly.
func (q question) stopped(c podview.Container) []voice.Event {
	events := []voice.Event{{
		Reason: EventSidecarStopped, Action: actionStop, Once: c.Name,
		Message: "every step has ended: stopped sidecar " + c.Name + " by swapping its image",
	}}
	if c.Ours || len(c.Command) == 0 || q.Knows != nil && q.Knows(c.Command) {
		return events
	}
	command := voice.OneLine(strings.Join(c.Command, " "), maxQuote)
	return append(events, voice.Event{
		Reason: EventSidecarWillFail, Warning: true, Action: actionStop, Once: c.Name,
		Message: fmt.Sprintf("sidecar %s was added after admission and runs %q, which the image that stops it does not have, so it ends with an error: "+
			"make it a native sidecar (an init container with restartPolicy Always), or let the webhook that adds it sort after Orderly's", c.Name, command),
	})
}

// cannotStop says that nothing stops a sidecar.
func (q question) cannotStop(c podview.Container, because string) Decision {
	return Decision{Events: []voice.Event{{
		Reason: EventSidecarCannotBeStopped, Warning: true, Action: actionStop, Once: c.Name,
		Message: fmt.Sprintf("nothing can stop sidecar %s, which keeps the Pod running: %s; make it a native sidecar (an init container with restartPolicy Always), "+
			"or end the Pod with annotation %s", c.Name, because, contract.AnnotationCancel),
	}}}
}
