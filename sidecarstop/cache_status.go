package sidecarstop

import (
	"strings"
	"unicode/utf8"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

const (
	// maxKept bounds a message of the kubelet, in bytes.
	maxKept = 512
	// maxEnd is how much of it is the end, where runtimes put the cause after all that was being done, such as "context deadline exceeded". What is
	// quoted is shorter than the beginning that is left.
	maxEnd = 128
	// maxCloner bounds what the cloner says, in bytes. The kubelet reads no more of any termination message.
	maxCloner = 4096
	// omission stands between the two.
	omission = "…"
)

func reduceStatus(status *corev1.PodStatus) corev1.PodStatus {
	return corev1.PodStatus{
		Phase:                 shared(status.Phase),
		Reason:                shared(status.Reason),
		Message:               shared(bounded(status.Message)),
		StartTime:             status.StartTime,
		Conditions:            reduceConditions(status.Conditions),
		InitContainerStatuses: reduceStatuses(status.InitContainerStatuses),
		ContainerStatuses:     reduceStatuses(status.ContainerStatuses),
	}
}

func reduceConditions(all []corev1.PodCondition) []corev1.PodCondition {
	var kept []corev1.PodCondition
	for _, c := range all {
		switch {
		case strings.HasPrefix(string(c.Type), contract.Prefix):
			c.Type, c.Status, c.Reason, c.Message = shared(c.Type), shared(c.Status), shared(c.Reason), shared(c.Message)
			kept = append(kept, c)
		case c.Type == corev1.ContainersReady: // when the last container became ready
			kept = append(kept, corev1.PodCondition{Type: corev1.ContainersReady, Status: shared(c.Status), LastTransitionTime: c.LastTransitionTime})
		}
	}
	return kept
}

func reduceStatuses(all []corev1.ContainerStatus) []corev1.ContainerStatus {
	if len(all) == 0 {
		return nil
	}
	reduced := make([]corev1.ContainerStatus, len(all))
	for i := range all {
		s := &all[i]
		reduced[i] = corev1.ContainerStatus{
			Name: shared(s.Name), Ready: s.Ready, RestartCount: s.RestartCount, Started: sharedFlag(s.Started),
			State: reduceState(s.Name, s.State), ContainerID: runtimeOf(s.ContainerID),
		}
		if s.LastTerminationState.Terminated != nil {
			reduced[i].LastTerminationState.Terminated = reduceEnd(s.Name, s.LastTerminationState.Terminated)
		}
	}
	return reduced
}

func reduceState(container string, state corev1.ContainerState) corev1.ContainerState {
	switch {
	case state.Waiting != nil:
		return corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{
			Reason: shared(state.Waiting.Reason), Message: shared(bounded(state.Waiting.Message)),
		}}
	case state.Terminated != nil:
		return corev1.ContainerState{Terminated: reduceEnd(container, state.Terminated)}
	default:
		return corev1.ContainerState{Running: state.Running}
	}
}

func reduceEnd(container string, end *corev1.ContainerStateTerminated) *corev1.ContainerStateTerminated {
	return &corev1.ContainerStateTerminated{
		ExitCode: end.ExitCode, Signal: end.Signal, Reason: shared(end.Reason), Message: lastWords(container, end.Message),
		StartedAt: end.StartedAt, FinishedAt: end.FinishedAt, ContainerID: runtimeOf(end.ContainerID),
	}
}

// runtimeOf is the name of the runtime in the ID of a container, such as containerd. Of an ID only that there is one is read.
func runtimeOf(id string) string {
	runtime, _, _ := strings.Cut(id, "://")
	return shared(runtime)
}

// lastWords is the report in a termination message, without what the command wrote before it, or what the kubelet says. The cloner's is not cut: each of
// its lines is about another repository.
func lastWords(container, message string) string {
	if container == contract.CloneContainer {
		return shared(message[:min(len(message), maxCloner)])
	}
	if _, is := contract.DecodeReport(message); !is {
		return shared(bounded(message))
	}
	line := strings.TrimSuffix(message, "\n")
	return strings.Clone(line[strings.LastIndexByte(line, '\n')+1:])
}

// bounded keeps the beginning and the end of a message.
func bounded(message string) string {
	if len(message) <= maxKept {
		return message
	}
	beginning, end := maxKept-maxEnd-len(omission), len(message)-maxEnd
	for beginning > 0 && !utf8.RuneStart(message[beginning]) {
		beginning--
	}
	for end < len(message) && !utf8.RuneStart(message[end]) {
		end++
	}
	return message[:beginning] + omission + message[end:]
}

var no = false

func sharedFlag(flag *bool) *bool {
	switch {
	case flag == nil:
		return nil
	case *flag:
		return &yes
	default:
		return &no
	}
}
