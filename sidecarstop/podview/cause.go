package podview

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

// Why a container ended that left no word of its own, by what the kubelet says. What the container wrote into its termination message is not looked
// at: only a report is its word.

// Words of the kubelet and of runtimes in the status of a container. They are no constants of the API.
const (
	// OOMKilled is the reason of a container that ran out of memory.
	OOMKilled = "OOMKilled"
	// StatusUnknown is that of a container that the kubelet cannot find (kubernetes/pkg/kubelet/container, ContainerReasonStatusUnknown).
	StatusUnknown = "ContainerStatusUnknown"
)

// neverStarted are the reasons of containers whose process could not be started: containerd's, CRI-O's, and the kubelet's own. No process was there to
// write a message, so the message is the runtime's.
var neverStarted = []string{"StartError", "ContainerCannotRun", "RunContainerError", "CreateContainerError"}

// IsNeverStarted reports whether a reason says that the process of a container could not be started.
func IsNeverStarted(reason string) bool { return slices.Contains(neverStarted, reason) }

// maxSignal is the last signal of Linux. Those from 32 on have no names.
const maxSignal = 64

// SignalOf is the signal that an exit code tells of, 0 where it tells of none.
func SignalOf(code int) contract.Signal {
	if code <= contract.ExitSignalBase || code > contract.ExitSignalBase+maxSignal {
		return 0
	}
	return contract.Signal(code - contract.ExitSignalBase)
}

// Cause is why a container ended.
type Cause struct {
	// Killed says that it did not end by itself, or never ran. Otherwise its exit code is all there is to know.
	Killed bool
	// Reason is a word for machines: OOMKilled, Evicted, Signal9, StartError; [UnknownEnd] where nobody has one. It is empty unless Killed.
	Reason string
	// Message is what the cluster says about it. It may be hostile, and of any length.
	Message string
	// Signal is the one that ended it, where Reason is no better word than that.
	Signal contract.Signal
}

// UnknownEnd is the reason of an end about which nobody says anything.
const UnknownEnd = "Unknown"

// CauseOf names the cause.
func CauseOf(pod *corev1.Pod, ended *corev1.ContainerStateTerminated) Cause {
	signal := SignalOf(int(ended.ExitCode))
	if ended.Signal > 0 && ended.Signal <= maxSignal {
		signal = contract.Signal(ended.Signal)
	}
	switch {
	case ended.ExitCode == contract.ExitOK:
		return Cause{}
	case IsNeverStarted(ended.Reason):
		return Cause{Killed: true, Reason: ended.Reason, Message: ended.Message}
	case ended.Reason == OOMKilled:
		return Cause{Killed: true, Reason: OOMKilled}
	case signal > 0 && pod.Status.Reason != "":
		reason, message := PodsWord(pod, UnknownEnd)
		return Cause{Killed: true, Reason: reason, Message: message}
	case ended.Reason == StatusUnknown:
		return Cause{Killed: true, Reason: StatusUnknown, Message: ended.Message}
	case signal > 0:
		return Cause{Killed: true, Reason: "Signal" + strconv.Itoa(int(signal)), Signal: signal}
	default:
		return Cause{}
	}
}

// PodsWord is what the cluster says about the Pod as a whole, such as Evicted or DeadlineExceeded.
func PodsWord(pod *corev1.Pod, otherwise string) (reason, message string) {
	if reason := Word(pod.Status.Reason); reason != "" {
		return reason, pod.Status.Message
	}
	return otherwise, pod.Status.Message
}

// maxWord bounds a machine's word, in bytes.
const maxWord = 64

// Word is a machine's word, and nothing where it is none.
func Word(reason string) string {
	plain := func(r rune) bool { return r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) }
	if len(reason) > maxWord || strings.ContainsFunc(reason, func(r rune) bool { return !plain(r) }) {
		return ""
	}
	return reason
}
