package gate

import (
	"path"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

// "container: envoy — a sidecar of this Pod, ready."
//
// A container is ready when its readinessProbe has passed; without one, when its startupProbe has; without any, when it runs. That is what
// the kubelet writes into ready of its status, for native sidecars too (kubernetes/pkg/kubelet/prober/prober_manager.go,
// UpdatePodStatus). One that ended with 0 did what it was for.
//
// Behind a wrapper the kubelet sees the wrapper, which runs while it waits. So a container with a gate counts only when its gate is open, and one
// that comes after steps only when they have ended.

func judgeContainer(q question) Verdict { return JudgeContainer(q.pod, q.entry.Name()) }

// JudgeContainer says whether a container of a Pod is ready for those who wait for it. It is how sidecars are judged too, which no entry names. Of the
// Pod it reads what [Judge] reads.
func JudgeContainer(pod *corev1.Pod, name string) Verdict {
	container, there := findContainer(pod, name)
	if !there {
		return failedForGood("this Pod has no such container")
	}
	status, reported := findStatus(pod, name)
	ended := status.State.Terminated
	switch {
	case !reported:
		return notYet("not started yet")
	case ended != nil && ended.ExitCode == contract.ExitOK:
		return met()
	case ended != nil && staysEnded(pod, container):
		return failedForGood("ended with %d, and is not started again", ended.ExitCode)
	case ended != nil:
		return notYet("ended with %d, and is started again", ended.ExitCode)
	case status.State.Waiting != nil:
		return notYet("not running%s", word(status.State.Waiting.Reason))
	case !status.Ready:
		return notYet("not ready")
	default:
		return judgeHeld(pod, container)
	}
}

// judgeHeld asks whether the wrapper of a container that seems to be ready still waits.
func judgeHeld(pod *corev1.Pod, container *corev1.Container) Verdict {
	words := slices.Concat(container.Command, container.Args)
	if !slices.Contains(words, contract.WrapperPath) {
		return met()
	}
	invocation, readable := contract.FindWrapper(words)
	if !readable {
		return notYet("its wrapper has flags of another version")
	}
	for _, file := range invocation.Options.ReadyFiles {
		if annotation, isGate := contract.GateOfFile(file); !isGate || pod.Annotations[annotation] != contract.ReadyValue {
			return notYet("waits for its own gate")
		}
	}
	for _, marker := range invocation.Options.WaitFiles {
		if step := path.Base(path.Dir(marker)); !hasEnded(pod, step) {
			return notYet("waits for %s", cut(step, maxWord))
		}
	}
	return met()
}

// hasEnded reports whether a container has ended and is not started again.
func hasEnded(pod *corev1.Pod, name string) bool {
	status, _ := findStatus(pod, name)
	ended := status.State.Terminated
	return ended != nil && (ended.ExitCode == contract.ExitOK || pod.Spec.RestartPolicy == corev1.RestartPolicyNever)
}

// staysEnded reports whether the kubelet leaves a container alone that ended with another code than 0. A container may have rules of its own, by which
// it is started again in a Pod that restarts nothing; and native sidecars always are.
func staysEnded(pod *corev1.Pod, container *corev1.Container) bool {
	return pod.Spec.RestartPolicy == corev1.RestartPolicyNever && container.RestartPolicy == nil && len(container.RestartPolicyRules) == 0
}

func findContainer(pod *corev1.Pod, name string) (*corev1.Container, bool) {
	for _, containers := range [][]corev1.Container{pod.Spec.Containers, pod.Spec.InitContainers} {
		for i := range containers {
			if containers[i].Name == name {
				return &containers[i], true
			}
		}
	}
	return nil, false
}

func findStatus(pod *corev1.Pod, name string) (corev1.ContainerStatus, bool) {
	for _, statuses := range [][]corev1.ContainerStatus{pod.Status.ContainerStatuses, pod.Status.InitContainerStatuses} {
		for _, status := range statuses {
			if status.Name == name {
				return status, true
			}
		}
	}
	return corev1.ContainerStatus{}, false
}
