package podview

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/mutate/contract/clone"
)

// Role is what a container is in an orderly Pod.
type Role int

const (
	// Initial is an ordinary init container: the kubelet starts no regular container before it has ended.
	Initial Role = iota
	// Waiter is an init container that does nothing but wait for its gate, such as [contract.WaitContainer].
	Waiter
	// Native is an init container that the kubelet keeps running beside the regular ones, and stops by itself.
	Native
	// Step is a container that runs in its turn and ends.
	Step
	// Wrapped is a sidecar behind our wrapper, which leaves by itself when the steps have ended.
	Wrapped
	// Regular is any other regular container. Beside steps it is a sidecar that only a change of its image stops: one of which nothing else is known, or
	// one behind our wrapper whose preStop hook the kubelet is to run, as it does when it stops a container itself.
	Regular
)

// Container is a container of a Pod with its status.
type Container struct {
	Name, Image string
	Role        Role
	// Command is what the Pod says; empty where the image decides.
	Command []string
	// Options are the flags of the wrapper before the command; the zero value where there is none, or of another version.
	Options contract.Options
	// Order is what the cloner was told, nil for every other container.
	Order *clone.Order
	// Ours says that it is the cloner, or runs behind a wrapper of Orderly, be it one of another version.
	Ours bool
	// Status is the zero value until the kubelet has reported one.
	Status corev1.ContainerStatus
	// policy of its Pod.
	policy corev1.RestartPolicy
}

func initContainer(pod *corev1.Pod, c *corev1.Container) Container {
	words := slices.Concat(c.Command, c.Args)
	viewed := makeContainer(pod, c, pod.Status.InitContainerStatuses)
	waiter, waits := contract.FindWaiter(words)
	wrapper, wraps := contract.FindWrapper(words)
	switch {
	case c.RestartPolicy != nil && *c.RestartPolicy == corev1.ContainerRestartPolicyAlways:
		viewed.Role, viewed.Options = Native, wrapper.Options
	case waits && !wraps && isWaiter(c.Name, waiter.Options):
		viewed.Role, viewed.Options, viewed.Ours = Waiter, waiter.Options, true
	default:
		viewed.Role, viewed.Options, viewed.Order = Initial, wrapper.Options, orderOf(c.Name, words)
		viewed.Ours = viewed.Ours || viewed.Order != nil
	}
	return viewed
}

// orderOf is what the cloner was told, and nil for any other container: one without that name, or whose order cannot be read.
func orderOf(name string, words []string) *clone.Order {
	if name != contract.CloneContainer {
		return nil
	}
	order, found := clone.FindOrder(words)
	if !found {
		return nil
	}
	return &order
}

// isWaiter: other images have a program of that path too, but none that asks for the gate of just this container, or looks at the cancel of the
// Pod, as one does that has no gate because it finds out by itself what it waits for.
func isWaiter(name string, o contract.Options) bool {
	return slices.Contains(o.ReadyFiles, contract.GateFile(name)) || slices.Contains(o.CancelFiles, contract.CancelFile)
}

func regularContainer(pod *corev1.Pod, c *corev1.Container) Container {
	words := slices.Concat(c.Command, c.Args)
	viewed := makeContainer(pod, c, pod.Status.ContainerStatuses)
	invocation, readable := contract.FindWrapper(words)
	viewed.Options = invocation.Options
	switch {
	case readable && invocation.Options.PostFile != "":
		viewed.Role = Step
	case readable && invocation.Options.StopBy == contract.StopByKubelet:
		// Started again with the other image, the wrapper finds that the steps have ended, and exits 0.
		viewed.Role = Regular
	case readable && len(invocation.Options.StopFiles) > 0:
		viewed.Role = Wrapped
	case !readable && viewed.Ours:
		// A wrapper of another version with flags that this one does not know. It may be a step, and a step must
		// never be stopped; taken for one, it holds up the stopping of others until it has ended.
		viewed.Role = Step
	default:
		viewed.Role = Regular
	}
	return viewed
}

func makeContainer(pod *corev1.Pod, c *corev1.Container, statuses []corev1.ContainerStatus) Container {
	viewed := Container{Name: c.Name, Image: c.Image, Command: c.Command, policy: pod.Spec.RestartPolicy}
	viewed.Ours = slices.Contains(c.Command, contract.WrapperPath) || slices.Contains(c.Args, contract.WrapperPath)
	at := slices.IndexFunc(statuses, func(s corev1.ContainerStatus) bool { return s.Name == c.Name })
	if at >= 0 {
		viewed.Status = statuses[at]
	}
	return viewed
}

// IsSidecar reports whether the container is one where the Pod has steps.
func (c Container) IsSidecar() bool {
	return c.Role == Native || c.Role == Wrapped || c.Role == Regular
}

// IsReady reports whether nobody has to wait for this sidecar any more.
//
// The kubelet sets ready in the status of a running container when its startupProbe, if any, has passed, and then when its
// readinessProbe has passed, or at once where it has none; it does so for native sidecars too
// (kubernetes/pkg/kubelet/prober/prober_manager.go, UpdatePodStatus). A sidecar that has ended well did what it was for.
func (c Container) IsReady() bool {
	ended := c.Status.State.Terminated
	return c.Status.Ready || ended != nil && ended.ExitCode == contract.ExitOK
}

// EndedForGood reports whether the container is terminated and the kubelet will not start it again
// (kubernetes/pkg/api/v1/pod/util.go, ContainerShouldRestart). Restart rules of single containers are not looked at:
// admission refuses them together with steps.
func (c Container) EndedForGood() bool {
	ended := c.Status.State.Terminated
	switch {
	case ended == nil || c.Role == Native:
		return false
	case c.policy == corev1.RestartPolicyNever, (c.Role == Initial || c.Role == Waiter) && ended.ExitCode == contract.ExitOK:
		return true
	case c.policy == corev1.RestartPolicyOnFailure:
		return ended.ExitCode == contract.ExitOK
	default:
		return false
	}
}
