package sidecarstop

import (
	"maps"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop/ending"
	"orderly.dev/sidecarstop/gate"
	"orderly.dev/sidecarstop/podview"
	"orderly.dev/sidecarstop/voice"
)

// Facts is what is known beside the Pod.
type Facts struct {
	// Waits is what the Pod waits for.
	Waits Waits
	// Sight is what the watches show of it.
	Sight gate.Sight
	// Ending is what package ending has to know. The time and the failure of gates are filled in by [Decide].
	Ending ending.Facts
}

// Decision is what is to be done for a Pod now. The zero value is nothing.
//
// Annotations, conditions and the failure are one patch of the Pod's status, which comes first; the scheduling gate, the deadline and the images
// are one patch of the Pod.
type Decision struct {
	// Annotations are set: gates become READY, and cancel, dead and result get their text.
	Annotations map[string]string
	// Conditions are set, by their type.
	Conditions []corev1.PodCondition
	// Fail ends a Pod that no node has; nil in nearly all cases.
	Fail *ending.Failure
	// Unhold takes the scheduling gate away.
	Unhold bool
	// Deadline makes the kubelet end the Pod now.
	Deadline bool
	// Stop names the containers whose image becomes the nop image, in the order of the Pod's spec.
	Stop []string
	// Events are to be said when the rest is done. They may have been said before; then they are there.
	Events []voice.Event
	// Again is when to ask again though nothing changes; 0 is never.
	Again time.Duration
}

// IsNothing reports whether there is nothing to do now.
func (d Decision) IsNothing() bool {
	return !d.patchesStatus() && !d.patchesPod() && len(d.Events) == 0
}

func (d Decision) patchesStatus() bool {
	return len(d.Annotations) > 0 || len(d.Conditions) > 0 || d.Fail != nil
}

func (d Decision) patchesPod() bool { return d.Unhold || d.Deadline || len(d.Stop) > 0 }

// Decide says what is to be done for a Pod, of which it reads only what [CacheOptions] keeps. Once done, the same question
// about the changed Pod is answered with nothing but Events that were said.
//
// A Pod that only claims to be Orderly's is let alone, unless a user cancels it.
func Decide(pod *corev1.Pod, facts Facts, now time.Time) Decision {
	return decide(podview.Of(pod), facts, now)
}

func decide(v podview.View, facts Facts, now time.Time) Decision {
	if !v.IsManaged() || !v.IsOurs() && !v.IsCancelled() {
		return Decision{}
	}
	gates := judgeGates(v, facts, now)
	facts.Ending.Now, facts.Ending.GateFailure, facts.Ending.GateReason = now, gates.failure, gates.failureReason
	end := ending.Decide(v, facts.Ending)
	if end.Cancel != "" || end.Fail != nil {
		gates = gates.abandoned()
	}
	stated, said := gates.state(v, now), voice.Tell(v, now)
	return Decision{
		Annotations: merged(gates.opening(), wordsOf(end), said.Annotations),
		Conditions:  slices.Concat(stated.conditions, end.Conditions, said.Conditions),
		Fail:        end.Fail,
		Unhold:      gates.unholds(v),
		Deadline:    end.Deadline,
		Stop:        end.Stop,
		Events:      slices.Concat(stated.events, end.Events, said.Events),
		Again:       sooner(gates.again, sooner(stated.again, end.Again)),
	}
}

// wordsOf are the annotations by which an end is told to the wrappers.
func wordsOf(end ending.Decision) map[string]string {
	words := map[string]string{}
	if end.Cancel != "" {
		words[contract.AnnotationCancel] = end.Cancel
	}
	if end.Dead != nil {
		words[contract.AnnotationDead] = strings.Join(end.Dead, "\n")
	}
	return words
}

// merged is nil where there is nothing.
func merged(all ...map[string]string) map[string]string {
	var one map[string]string
	for _, some := range all {
		if one == nil && len(some) > 0 {
			one = map[string]string{}
		}
		maps.Copy(one, some)
	}
	return one
}
