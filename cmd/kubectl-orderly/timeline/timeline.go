// Package timeline tells the story of a Pod: which step ran when, how long, how it ended, how long the hand-over to the next
// one took, what is waited for now, why it failed, which repositories it found in place, and which results it left.
//
// All of it is in the Pod, whose story therefore outlives Orderly itself. The wrapper's flags say which containers are
// steps, what each waits for, and which gates there are; annotations only say which of them are open. A step that has ended left its
// marker and its results in the termination message, with times to the nanosecond. The kubelet's own times, for everything else, are to the
// second; what is derived from them carries a "~". What is missing at a closed gate stands in the condition orderly.dev/Ready, and why a Pod was
// ended in orderly.dev/Cancelled. The cloner, too, says in its termination message which commits it checked out, or why it could not. The annotation
// orderly.dev/result is asked last, for what the kubelet has not kept.
//
// [FromPod] gathers. A [Timeline] comes out in three forms: [Text] is for people, [Timeline.Document] for programs, and [Timeline.Changes]
// says what became different, for a log. The text of a Pod with steps:
//
//	Pod demo/release-x7k2p: Succeeded after 8s
//
//	STEP   STATE      STARTED  DURATION  EXIT  HAND-OVER
//	fetch  Completed  +0.000s    1.204s     0             ███████████████
//	build  Completed  +1.205s    2.004s     0      0.8ms                 █████████████████████████
//
//	SIDECAR  STATE    STARTED  DURATION  EXIT       KIND
//	proxy    Ended       ~-3s       ~7s   143     native  ████████████████████████████████████████
//
//	build: version = 1.2.3
//
// And of one that waits, without steps:
//
//	Pod demo/web-6f7d: Pending for 32s
//
//	CONTAINER     STATE    STARTED  DURATION  EXIT    GATE
//	orderly-wait  Waiting     ~+2s      ~30s        closed    ██████████████████████████████████████
//	app           Pending
//
//	orderly-wait has waited 32s for service mariadb: 0 of 2 endpoints ready
//
// Nobody is trusted. Whoever runs a Pod writes its termination messages, its command lines and its annotations, and whoever
// looks at it may be an administrator. So every text loses what is not printable before it is laid out, names and states are bounded in the table,
// messages in the sentences, and no field decides about anything but what is shown.
//
// Everything here is pure; the time is an argument.
package timeline

import (
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/mutate/contract/clone"
)

// Timeline is the story of a Pod as far as it has gone.
type Timeline struct {
	// Namespace and Pod name the Pod.
	Namespace, Pod string
	// Phase is the Pod's phase, or Terminating while it is being deleted.
	Phase string
	// Reason is what the cluster says about the Pod as a whole, such as that it was evicted, why no node takes it, or that the kubelet cannot prepare its
	// volumes. Mostly empty.
	Reason string
	// Unprepared says that the kubelet cannot start anything, for want of a volume or of the network. Which, only its Events say.
	Unprepared bool
	// Cancelled is why the Pod was or is being ended. Empty where nobody cancelled it.
	Cancelled string
	// Rewritten reports whether Orderly has a part in the Pod.
	Rewritten bool
	// Created is when the Pod was created, to the second.
	Created time.Time
	// Zero is where offsets are counted from: when the first step started, or else when the Pod did.
	Zero time.Time
	// End is when the last container ended, or now while something may still run.
	End time.Time
	// Over says that nothing starts or ends in the Pod any more.
	Over bool
	// Steps are in the order of the plan, those of one stage in the order of the spec.
	Steps []Step
	// Sidecars are in the order of the spec, native ones first. A Pod without steps has none.
	Sidecars []Container
	// Containers are the ordinary init containers of a Pod with steps, and all containers of one without, in the order of the spec.
	Containers []Container
	// Sources are the repositories that were cloned, in the order of orderly.dev/clone.
	Sources []clone.Checkout
	// Gates are those of the Pod, in the order of the spec, the scheduler's first.
	Gates []Gate
	// Waits are what has to happen before gates open. It is empty in a Pod that has ended.
	Waits []Wait
	// Endless says that the Pod's restartPolicy is Always, under which no step would ever end.
	Endless bool
	// Ready says that a Pod which never ends by itself is ready to serve, as the kubelet sees it.
	Ready bool
}

// Terminating is the phase of a Timeline whose Pod is being deleted.
const Terminating = "Terminating"

// FromPod gathers the story of a Pod at the time now. A Pod that Orderly did not rewrite has no steps.
func FromPod(pod *corev1.Pod, now time.Time) Timeline {
	t := Timeline{
		Namespace: pod.Namespace, Pod: pod.Name,
		Phase:      phaseOf(pod),
		Reason:     reasonOf(pod, now),
		Unprepared: isUnprepared(pod, now),
		Cancelled:  cancelOf(pod),
		Created:    pod.CreationTimestamp.Time,
		Over:       isOver(pod),
		Endless:    pod.Spec.RestartPolicy == corev1.RestartPolicyAlways,
		Ready:      conditionOf(pod, corev1.PodReady).Status == corev1.ConditionTrue,
		Gates:      gatesOf(pod),
	}
	t.splitContainers(pod)
	t.addSources(pod)
	t.Rewritten = len(t.Steps) > 0 || len(t.Gates) > 0 || pod.Labels[contract.LabelManaged] == contract.ManagedYes
	addResult(t.Steps, pod)
	t.Steps = inOrderOfPlan(t.Steps)
	t.relate()
	t.Waits = t.findWaits(pod)
	t.Zero = zeroOf(t.Steps, pod)
	t.End = now
	if t.Over {
		t.End = endOf(t)
	}
	return t
}

// isOver reports whether the kubelet starts and stops nothing in the Pod any more.
func isOver(pod *corev1.Pod) bool {
	return pod.Status.Phase == corev1.PodSucceeded || pod.Status.Phase == corev1.PodFailed
}

func phaseOf(pod *corev1.Pod) string {
	if pod.DeletionTimestamp != nil && !isOver(pod) {
		return Terminating
	}
	return string(pod.Status.Phase)
}

// zeroOf prefers the first exact start, from which offsets are true to the millisecond.
func zeroOf(steps []Step, pod *corev1.Pod) time.Time {
	var zero time.Time
	for _, s := range steps {
		if s.Exact && !s.Started.IsZero() && (zero.IsZero() || s.Started.Before(zero)) {
			zero = s.Started
		}
	}
	if zero.IsZero() && pod.Status.StartTime != nil {
		zero = pod.Status.StartTime.Time
	}
	return zero
}

// endOf is the last end of a container, to the nanosecond where a step was the last.
func endOf(t Timeline) time.Time {
	var end time.Time
	for _, s := range t.Steps {
		end = later(end, s.Finished)
	}
	for _, c := range slices.Concat(t.Sidecars, t.Containers) {
		end = later(end, c.Finished)
	}
	return end
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// known gives the zero time for the start of a container that could not be started, for which runtimes report the epoch.
func known(t metav1.Time) time.Time {
	if t.Unix() <= 0 {
		return time.Time{}
	}
	return t.Time
}

// reasonOf prefers what the kubelet or the node's controllers say; until there is a node, the scheduler's word counts, and until anything can start, what the
// kubelet is about.
func reasonOf(pod *corev1.Pod, now time.Time) string {
	if reason := strings.Trim(pod.Status.Reason+": "+pod.Status.Message, ": "); reason != "" {
		return reason
	}
	scheduled := conditionOf(pod, corev1.PodScheduled)
	if scheduled.Status == corev1.ConditionFalse && scheduled.Reason == corev1.PodReasonUnschedulable {
		return "no node takes the Pod: " + scheduled.Message
	}
	if isUnprepared(pod, now) {
		return unprepared(pod)
	}
	return ""
}

// cancelOf prefers the companion's words to the bare annotation, which may be a user's and have no effect yet. Where nothing ends, none has.
func cancelOf(pod *corev1.Pod) string {
	if condition := conditionOf(pod, contract.ConditionCancelled); condition.Status == corev1.ConditionTrue {
		return condition.Message
	}
	if pod.Spec.RestartPolicy == corev1.RestartPolicyAlways {
		return ""
	}
	return pod.Annotations[contract.AnnotationCancel]
}

// conditionOf gives the zero value for a condition that nobody has written.
func conditionOf(pod *corev1.Pod, kind corev1.PodConditionType) corev1.PodCondition {
	at := slices.IndexFunc(pod.Status.Conditions, func(c corev1.PodCondition) bool { return c.Type == kind })
	if at < 0 {
		return corev1.PodCondition{}
	}
	return pod.Status.Conditions[at]
}

// startOf is when the kubelet took the Pod, zero where it is not known.
func startOf(pod *corev1.Pod) time.Time {
	if began := pod.Status.StartTime; began != nil {
		return began.Time
	}
	return time.Time{}
}
