package voice

import (
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop/podview"
)

// How a step ended that left no word of its own, by what the kubelet says.

// guess takes the cause for the step's word.
func (s *step) guess(v podview.View, ended *corev1.ContainerStateTerminated) {
	cause := podview.CauseOf(v.Pod, ended)
	switch {
	case ended.ExitCode == contract.ExitOK:
		s.status, s.reason = StatusCompleted, string(contract.Completed)
	case cause.Killed:
		s.status, s.reason, s.message = StatusKilled, cause.Reason, cause.Message
	case ended.ExitCode == contract.ExitCancelled && mayBeCancelled(v, s.Container):
		s.status, s.reason = StatusCancelled, string(contract.Cancelled)
	default:
		// With terminationMessagePolicy FallbackToLogsOnError a command that fails leaves its log in place of a report.
		s.status, s.reason = StatusFailed, string(contract.Error)
	}
}

// mayBeCancelled reports whether a step may end with that code because it was cancelled: a command may exit with it, too.
func mayBeCancelled(v podview.View, c podview.Container) bool {
	_, withPod := cancelOf(v)
	return withPod || len(c.Options.SiblingFiles) > 0
}

// wasNeverMade reports whether the kubelet only says that a container ended because its Pod did. It says so of each container of which it knows no end,
// also where the image never came (kubernetes/pkg/kubelet/status, TerminatePod); what else the status says is from before.
func wasNeverMade(c podview.Container, ended *corev1.ContainerStateTerminated) bool {
	hadStarted := c.Status.Started != nil && *c.Status.Started
	hadID := c.Status.ContainerID != "" || ended.ContainerID != ""
	return ended.Reason == podview.StatusUnknown && known(ended.StartedAt).IsZero() && !hadStarted && !hadID && restartsOf(c) == 0
}

// whyOver is what the cluster says about the Pod as a whole as one text, and empty where it says nothing.
func whyOver(v podview.View) string {
	reason, message := podview.PodsWord(v.Pod, "")
	if reason == "" {
		return ""
	}
	return reason + quote(message)
}
