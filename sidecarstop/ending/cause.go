package ending

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

const (
	// evicted is the reason in the status of a Pod that the kubelet has evicted (kubernetes/pkg/kubelet/eviction/helpers.go, Reason).
	evicted = "Evicted"
	// oomKilled is the reason of a container that ran out of memory.
	oomKilled = "OOMKilled"
	// maxSignal is the last signal of Linux. Those from 32 on have no names.
	maxSignal = 64
)

// wordless are the reasons of containers that ended without a word of their own, because they could not be started, or because nobody knows what
// became of them. The kubelet's message is all there is.
var wordless = []string{"StartError", "ContainerCannotRun", "ContainerStatusUnknown"}

// causeOf says in a few words why a container ended: OOMKilled; evicted; signal 9 (SIGKILL); exit code 3; or StartError, where containerd could not start it. What
// the kubelet says about the last and about an eviction is quoted. Of the Pod it reads reason and message of the status.
func causeOf(pod *corev1.Pod, ended corev1.ContainerStateTerminated) string {
	signal := contract.Signal(ended.ExitCode - contract.ExitSignalBase)
	switch {
	case ended.Reason == oomKilled:
		return oomKilled
	case slices.Contains(wordless, ended.Reason):
		return withQuote(ended.Reason, ended.Message)
	case signal <= 0 || signal > maxSignal:
		return fmt.Sprintf("exit code %d", ended.ExitCode)
	case pod.Status.Reason == evicted:
		return withQuote("evicted", pod.Status.Message)
	case signal.String() == "":
		return fmt.Sprintf("signal %d", signal)
	default:
		return fmt.Sprintf("signal %d (%s)", signal, signal)
	}
}
