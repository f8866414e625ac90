// Package timeline tells the story of an orderly Pod: which step ran when, how long, how it ended, how long the hand-over
// to the next one took, and what is waited for now.
//
// All of it is in the Pod, whose story therefore outlives Orderly itself. The wrapper's flags say which containers are
// steps and what each waits for. A step that has ended left its marker in the termination message, with times to the
// nanosecond. The kubelet's own times, for sidecars and for steps that are still under way, are to the second; what is
// derived from them carries a "~".
//
// [FromPod] gathers, [Print] writes a table in text:
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
// Both are pure; the time is an argument.
package timeline

import (
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/mutate/contract"
)

// Timeline is the story of a Pod as far as it has gone.
type Timeline struct {
	// Namespace and Pod name the Pod.
	Namespace, Pod string
	// Phase is the Pod's phase, or Terminating while it is being deleted.
	Phase string
	// Reason is what the cluster says about the Pod as a whole, such as that it was evicted. Mostly empty.
	Reason string
	// Created is when the Pod was created, to the second.
	Created time.Time
	// Zero is where offsets are counted from: when the first step started, or else when the Pod did.
	Zero time.Time
	// End is when the last container ended, or now while something may still run.
	End time.Time
	// Steps are in the order of the plan, those of one stage in the order of the spec.
	Steps []Step
	// Sidecars are in the order of the spec, native ones first.
	Sidecars []Sidecar
	// Containers names the regular containers, for the advice that is given where there are no steps.
	Containers []string
	// Endless says that the Pod's restartPolicy is Always, under which no step would ever end.
	Endless bool
}

// Terminating is the phase of a Timeline whose Pod is being deleted.
const Terminating = "Terminating"

// FromPod gathers the story of a Pod at the time now. A Pod that Orderly did not rewrite has no steps.
func FromPod(pod *corev1.Pod, now time.Time) Timeline {
	t := Timeline{
		Namespace: pod.Namespace, Pod: pod.Name,
		Phase:   phaseOf(pod),
		Reason:  strings.Trim(pod.Status.Reason+": "+pod.Status.Message, ": "),
		Created: pod.CreationTimestamp.Time,
		Endless: pod.Spec.RestartPolicy == corev1.RestartPolicyAlways,
	}
	for _, c := range pod.Spec.Containers {
		t.Containers = append(t.Containers, c.Name)
	}
	t.Steps, t.Sidecars = splitContainers(pod)
	if len(t.Steps) == 0 {
		t.Sidecars = nil
	}
	t.Steps = inOrderOfPlan(t.Steps)
	relate(t.Steps, t.Sidecars, gateOf(pod))
	t.Zero = zeroOf(t.Steps, pod)
	t.End = now
	if isOver(pod) {
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

// splitContainers parts the containers of a Pod into steps and sidecars, by the wrapper's flags.
func splitContainers(pod *corev1.Pod) ([]Step, []Sidecar) {
	var steps []Step
	var sidecars []Sidecar
	for _, c := range pod.Spec.InitContainers {
		if c.RestartPolicy != nil && *c.RestartPolicy == corev1.ContainerRestartPolicyAlways {
			sidecars = append(sidecars, makeSidecar(pod, Native, statusOf(c.Name, pod.Status.InitContainerStatuses)))
		}
	}
	for _, c := range pod.Spec.Containers {
		status := statusOf(c.Name, pod.Status.ContainerStatuses)
		invocation, found := contract.FindWrapper(slices.Concat(c.Command, c.Args))
		switch {
		case found && invocation.Options.PostFile != "":
			steps = append(steps, makeStep(pod, invocation.Options, status))
		case found && len(invocation.Options.StopFiles) > 0 && invocation.Options.StopBy != contract.StopByKubelet:
			sidecars = append(sidecars, makeSidecar(pod, Wrapped, status))
		default:
			sidecars = append(sidecars, makeSidecar(pod, Regular, status))
		}
	}
	return steps, sidecars
}

// statusOf gives the zero value for a container that the kubelet has not reported yet.
func statusOf(name string, all []corev1.ContainerStatus) corev1.ContainerStatus {
	at := slices.IndexFunc(all, func(s corev1.ContainerStatus) bool { return s.Name == name })
	if at < 0 {
		return corev1.ContainerStatus{Name: name}
	}
	return all[at]
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
	for _, s := range t.Sidecars {
		end = later(end, s.Finished)
	}
	return end
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
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
