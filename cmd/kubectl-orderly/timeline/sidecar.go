package timeline

import (
	"time"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

// Kind says how a sidecar leaves when the steps have ended.
type Kind string

// Kinds of sidecars.
const (
	Native  Kind = "native"  // the kubelet stops it
	Wrapped Kind = "wrapped" // its wrapper sees the end of the steps
	Regular Kind = "regular" // the companion swaps its image
)

// States of a sidecar, besides [Pending], [Running], which is said of one that is ready, and the kubelet's reasons.
const (
	NotReady = "NotReady" // it runs, and its probes have not passed
	Ended    = "Ended"    // it ended as it should
	Swapped  = "Swapped"  // the companion ended it by swapping its image
)

// Sidecar is a container that accompanies the steps.
type Sidecar struct {
	// Name is the container's.
	Name string
	Kind Kind
	// State says how it ended or where it stands.
	State string
	// Message is what the kubelet says about a container that it cannot start, or that failed.
	Message string
	// Ready reports whether its probes have passed, as the kubelet sees it.
	Ready bool
	// Finished is zero while it has not ended; ExitCode counts only then.
	Started, Finished time.Time
	ExitCode          int
	// Restarts is how often the kubelet has started the container again.
	Restarts int
}

func makeSidecar(pod *corev1.Pod, kind Kind, status corev1.ContainerStatus) Sidecar {
	s := Sidecar{Name: status.Name, Kind: kind, State: Pending, Ready: status.Ready, Restarts: int(status.RestartCount)}
	switch state := status.State; {
	case state.Terminated != nil:
		s.ExitCode = int(state.Terminated.ExitCode)
		s.Started, s.Finished = known(state.Terminated.StartedAt), known(state.Terminated.FinishedAt)
		// The kubelet stops native sidecars by a signal, and nobody minds their exit code.
		s.State = Ended
		if kind != Native && s.ExitCode != contract.ExitOK {
			s.State, s.Message = state.Terminated.Reason, state.Terminated.Message
		}
	case state.Running != nil:
		s.State, s.Started = Running, known(state.Running.StartedAt)
		if !s.Ready {
			s.State = NotReady
		}
	case state.Waiting != nil && state.Waiting.Reason != "":
		s.State, s.Message = state.Waiting.Reason, state.Waiting.Message
	}
	s.lookBehindASwap(pod, status)
	return s
}

// lookBehindASwap tells of the sidecar itself where what runs in its place has ended. Under Never nothing but another image
// makes the kubelet start a container again; under OnFailure that cannot be told from a failure.
func (s *Sidecar) lookBehindASwap(pod *corev1.Pod, status corev1.ContainerStatus) {
	itself := status.LastTerminationState.Terminated
	if s.Kind != Regular || s.State != Ended || itself == nil || pod.Spec.RestartPolicy != corev1.RestartPolicyNever {
		return
	}
	s.State, s.Restarts = Swapped, 0
	s.Started, s.Finished = known(itself.StartedAt), known(itself.FinishedAt)
}

// isAwaited reports whether the first steps still wait for it.
func (s Sidecar) isAwaited() bool {
	return !s.Ready && (s.Finished.IsZero() || s.ExitCode != contract.ExitOK)
}
