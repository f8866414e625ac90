package voice

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop/podview"
)

// Why a container ended that left no word of its own, by what the kubelet says.

// Words of the kubelet and of runtimes in the status of a container. They are no constants of the API.
const (
	oomKilled = "OOMKilled"
	// statusUnknown is for a container that the kubelet cannot find (kubernetes/pkg/kubelet/container, ContainerReasonStatusUnknown).
	statusUnknown = "ContainerStatusUnknown"
)

// neverStarted are those for a container whose process could not be started: containerd's, CRI-O's, and the kubelet's own.
var neverStarted = []string{"StartError", "ContainerCannotRun", "RunContainerError", "CreateContainerError"}

// unknownEnd is for an end about which nobody says anything.
const unknownEnd = "Unknown"

// guess names the cause. What the container wrote into its termination message is not looked at: only a report is a step's word.
func (s *step) guess(v podview.View, ended *corev1.ContainerStateTerminated) {
	signal := int(ended.Signal)
	if signal <= 0 && ended.ExitCode > contract.ExitSignalBase {
		signal = int(ended.ExitCode) - contract.ExitSignalBase
	}
	switch {
	case ended.ExitCode == contract.ExitOK:
		s.status, s.reason = StatusCompleted, string(contract.Completed)
	case couldNotStart(ended):
		// The runtime's own message: no process was there to write one.
		s.status, s.reason, s.message = StatusKilled, ended.Reason, ended.Message
	case ended.Reason == oomKilled:
		s.status, s.reason = StatusKilled, oomKilled
	case signal > 0 && v.Pod.Status.Reason != "":
		s.status = StatusKilled
		s.reason, s.message = podsWord(v, unknownEnd)
	case ended.Reason == statusUnknown:
		s.status, s.reason, s.message = StatusKilled, statusUnknown, ended.Message
	case signal > 0:
		s.status, s.reason = StatusKilled, "Signal"+strconv.Itoa(signal)
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

func couldNotStart(ended *corev1.ContainerStateTerminated) bool {
	return slices.Contains(neverStarted, ended.Reason)
}

// wasNeverMade reports whether the kubelet only says that a container ended because its Pod did. It says so of each container of which it knows no end,
// also where the image never came (kubernetes/pkg/kubelet/status, TerminatePod); what else the status says is from before.
func wasNeverMade(c podview.Container, ended *corev1.ContainerStateTerminated) bool {
	hadStarted := c.Status.Started != nil && *c.Status.Started
	hadID := c.Status.ContainerID != "" || ended.ContainerID != ""
	return ended.Reason == statusUnknown && known(ended.StartedAt).IsZero() && !hadStarted && !hadID && restartsOf(c) == 0
}

// podsWord is what the cluster says about the Pod as a whole, such as Evicted or DeadlineExceeded.
func podsWord(v podview.View, otherwise string) (reason, message string) {
	if reason := word(v.Pod.Status.Reason); reason != "" {
		return reason, v.Pod.Status.Message
	}
	return otherwise, v.Pod.Status.Message
}

// whyOver is the same as one text, and empty where the cluster says nothing.
func whyOver(v podview.View) string {
	reason, message := podsWord(v, "")
	if reason == "" {
		return ""
	}
	return reason + quote(message)
}

// maxWord bounds a machine's word, in bytes.
const maxWord = 64

// word is a machine's word, and nothing where it is none.
func word(reason string) string {
	plain := func(r rune) bool { return r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) }
	if len(reason) > maxWord || strings.ContainsFunc(reason, func(r rune) bool { return !plain(r) }) {
		return ""
	}
	return reason
}
