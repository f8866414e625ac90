package timeline

import (
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

// Kind says what a container is that is no step. For a sidecar it tells how it leaves when the steps have ended.
type Kind string

// Kinds of containers.
const (
	Initial Kind = "init"    // it has ended before the regular containers start
	Native  Kind = "native"  // the kubelet starts it first and stops it last
	Wrapped Kind = "wrapped" // its wrapper sees the end of the steps
	Regular Kind = "regular" // a sidecar of this kind is stopped by the companion, which swaps its image
)

// States of a container, besides [Pending], [Waiting], [Running], which is said of one that is ready, [NotStarted] and the kubelet's reasons.
const (
	NotReady = "NotReady" // it runs, and its probes have not passed
	Ended    = "Ended"    // it ended as it should
	Swapped  = "Swapped"  // the companion ended it by swapping its image
)

// Container is a container that is no step.
type Container struct {
	// Name is the container's.
	Name string
	Kind Kind
	// State says how it ended or where it stands.
	State string
	// Message is what the kubelet says about a container that it cannot start, or what is known about one that failed.
	Message string
	// Said is what the cloner said last about repositories that it could not clone, a line for each. It is nothing for any other container.
	Said []string
	// Gate is [GateOpen] or [GateClosed], and empty where it has none.
	Gate string
	// Inside lists what it looks for by itself before its command starts, such as a socket; nobody outside can see how far it is.
	Inside []string
	// Ready reports whether its probes have passed, as the kubelet sees it.
	Ready bool
	// Finished is zero while it has not ended; ExitCode counts only then.
	Started, Finished time.Time
	ExitCode          int
	// Restarts is how often the kubelet has started the container again.
	Restarts int
}

func (t *Timeline) makeContainer(pod *corev1.Pod, spec *corev1.Container, kind Kind) Container {
	statuses := pod.Status.ContainerStatuses
	if kind == Initial || kind == Native {
		statuses = pod.Status.InitContainerStatuses
	}
	status := statusOf(spec.Name, statuses)
	c := Container{Name: spec.Name, Kind: kind, State: Pending, Gate: t.gateOf(spec.Name),
		Inside: insideOf(optionsOf(spec)), Ready: status.Ready, Restarts: int(status.RestartCount)}
	last := status.LastTerminationState.Terminated
	switch state := status.State; {
	case state.Terminated != nil:
		c.end(state.Terminated)
	case state.Running != nil:
		c.run(known(state.Running.StartedAt), last)
	case state.Waiting != nil && state.Waiting.Reason != "":
		c.State, c.Message = state.Waiting.Reason, state.Waiting.Message
		if last != nil && last.ExitCode != contract.ExitOK {
			c.Message = strings.TrimPrefix(c.Message+"; "+lastTry(last), "; ")
		}
	case isOver(pod):
		c.State = NotStarted
	}
	c.lookBehindASwap(pod, status)
	if order, clones := orderOf(spec); clones && kind == Initial {
		c.clone(order, status)
	}
	return c
}

// end is lenient with native sidecars, which the kubelet stops by a signal: nobody minds their exit code.
func (c *Container) end(ended *corev1.ContainerStateTerminated) {
	c.ExitCode = int(ended.ExitCode)
	c.Started, c.Finished = known(ended.StartedAt), known(ended.FinishedAt)
	c.State = Ended
	if c.Kind != Native && c.ExitCode != contract.ExitOK {
		c.State, c.Message = wordOf(ended), said(ended.Message)
	}
}

// run tells a container that waits at its gate from one that works, and says why the kubelet had to start it again.
func (c *Container) run(started time.Time, last *corev1.ContainerStateTerminated) {
	c.State, c.Started = Running, started
	switch {
	case c.Gate == GateClosed:
		c.State = Waiting
	case c.Kind != Initial && !c.Ready:
		c.State = NotReady
	}
	if last != nil && last.ExitCode != contract.ExitOK {
		c.Message = lastTry(last)
	}
}

// lookBehindASwap tells of the sidecar itself where what runs in its place has ended. Under Never nothing but another image
// makes the kubelet start a container again; under OnFailure that cannot be told from a failure.
func (c *Container) lookBehindASwap(pod *corev1.Pod, status corev1.ContainerStatus) {
	itself := status.LastTerminationState.Terminated
	if c.Kind != Regular || c.State != Ended || itself == nil || pod.Spec.RestartPolicy != corev1.RestartPolicyNever {
		return
	}
	c.State, c.Restarts = Swapped, 0
	c.Started, c.Finished = known(itself.StartedAt), known(itself.FinishedAt)
}

// isAwaited reports whether the first steps still wait for it.
func (c Container) isAwaited() bool {
	return !c.Ready && (c.Finished.IsZero() || c.ExitCode != contract.ExitOK)
}

// hasEndedWell reports whether there is nothing to tell about it any more.
func (c Container) hasEndedWell() bool { return !c.Finished.IsZero() && c.ExitCode == contract.ExitOK }

// hasFailed reports whether it has ended as it should not.
func (c Container) hasFailed() bool {
	return !c.Finished.IsZero() && c.State != Ended && c.State != Swapped
}

// wordOf is the kubelet's reason. For a signal that it did not send it has no better word than for an exit code.
func wordOf(ended *corev1.ContainerStateTerminated) string {
	if ended.ExitCode > contract.ExitSignalBase && ended.Reason == "Error" {
		return Killed
	}
	return ended.Reason
}

// lastTry says how the last try of a container ended that was, or will be, started again.
func lastTry(ended *corev1.ContainerStateTerminated) string {
	if word := wordOf(ended); word != "Error" && word != "" {
		return fmt.Sprintf("its last try was %s, exit %d", word, ended.ExitCode)
	}
	return fmt.Sprintf("its last try exited %d", ended.ExitCode)
}

// said is what a container left in its termination message, without the wrapper's report in the last line.
func said(message string) string {
	message = strings.TrimSpace(message)
	before, last, _ := cutLastLine(message)
	if strings.HasPrefix(last, contract.ReportPrefix) {
		return before
	}
	return message
}

func cutLastLine(text string) (before, last string, several bool) {
	at := strings.LastIndexByte(text, '\n')
	if at < 0 {
		return "", text, false
	}
	return strings.TrimSpace(text[:at]), text[at+1:], true
}

// insideOf lists what a wrapper looks for by itself.
func insideOf(o contract.Options) []string {
	var list []string
	for _, s := range o.Sockets {
		list = append(list, "socket "+s)
	}
	for _, f := range o.Files {
		list = append(list, "file "+f)
	}
	for _, a := range o.TCP {
		list = append(list, "tcp "+a)
	}
	return list
}
