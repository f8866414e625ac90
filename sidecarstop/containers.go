package sidecarstop

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

// role is what a container is in an orderly Pod.
type role int

const (
	// step is a container that runs in its turn and ends.
	step role = iota
	// native is an init container that the kubelet keeps running beside the regular ones, and stops by itself.
	native
	// wrapped is a sidecar behind our wrapper, which leaves by itself when the steps have ended.
	wrapped
	// regular is a sidecar that only a change of its image stops: one of which nothing else is known, or one behind our
	// wrapper whose preStop hook the kubelet is to run, as it does when it stops a container itself.
	regular
)

// member is a step or sidecar of a Pod with its status.
type member struct {
	name, image string
	role        role
	// status is the zero value until the kubelet has reported one.
	status corev1.ContainerStatus
}

// membersOf lists the steps and sidecars of a Pod in the order of its spec, native sidecars first. Ordinary init
// containers are neither: the kubelet starts no regular container before they have ended.
func membersOf(pod *corev1.Pod) []member {
	var members []member
	for _, c := range pod.Spec.InitContainers {
		if c.RestartPolicy != nil && *c.RestartPolicy == corev1.ContainerRestartPolicyAlways {
			members = append(members, makeMember(c, native, pod.Status.InitContainerStatuses))
		}
	}
	for _, c := range pod.Spec.Containers {
		members = append(members, makeMember(c, roleOf(c), pod.Status.ContainerStatuses))
	}
	return members
}

func makeMember(c corev1.Container, r role, statuses []corev1.ContainerStatus) member {
	m := member{name: c.Name, image: c.Image, role: r}
	at := slices.IndexFunc(statuses, func(s corev1.ContainerStatus) bool { return s.Name == c.Name })
	if at >= 0 {
		m.status = statuses[at]
	}
	return m
}

// roleOf reads the role of a regular container from the wrapper's flags, because annotations can be changed by anybody and
// these cannot be changed by anyone once the Pod exists.
func roleOf(c corev1.Container) role {
	words := slices.Concat(c.Command, c.Args)
	invocation, readable := contract.FindWrapper(words)
	switch {
	case readable && invocation.Options.PostFile != "":
		return step
	case readable && invocation.Options.StopBy == contract.StopByKubelet:
		// Started again with the other image, the wrapper finds that the steps have ended, and exits 0.
		return regular
	case readable && len(invocation.Options.StopFiles) > 0:
		return wrapped
	case !readable && slices.Contains(words, contract.WrapperPath):
		// A wrapper of another version with flags that this one does not know. It may be a step, and a step must
		// never be stopped; taken for one, it holds up the stopping of others until it has ended.
		return step
	default:
		return regular
	}
}

// isReady reports whether nobody has to wait for this sidecar any more.
//
// The kubelet sets ready in the status of a running container when its startupProbe, if any, has passed, and then when its
// readinessProbe has passed, or at once where it has none; it does so for native sidecars too
// (kubernetes/pkg/kubelet/prober/prober_manager.go, UpdatePodStatus). A sidecar that has ended well did what it was for.
func (m member) isReady() bool {
	ended := m.status.State.Terminated
	return m.status.Ready || ended != nil && ended.ExitCode == contract.ExitOK
}

// hasEnded reports whether the container is terminated and the kubelet will not start it again
// (kubernetes/pkg/api/v1/pod/util.go, ContainerShouldRestart). Restart rules of single containers are not looked at:
// admission refuses them together with steps.
func (m member) hasEnded(policy corev1.RestartPolicy) bool {
	ended := m.status.State.Terminated
	switch {
	case ended == nil:
		return false
	case policy == corev1.RestartPolicyNever:
		return true
	case policy == corev1.RestartPolicyOnFailure:
		return ended.ExitCode == contract.ExitOK
	default:
		return false
	}
}
