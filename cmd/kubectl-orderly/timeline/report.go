package timeline

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

// A command may write into its termination message what it likes, and so claim anything about its own step. A report counts only where it fits what the
// kubelet saw, the wrapper's flags and the other steps. The companion loop judges by the same rules (sidecarstop/voice), so both tell the same story.

// believable returns the report of a step that has ended, and false where there is none that counts.
func believable(pod *corev1.Pod, wrapper contract.Options, name string, ended *corev1.ContainerStateTerminated) (contract.Report, bool) {
	r, found := contract.DecodeReport(ended.Message)
	if !found || r.Step != name || r.Exit() != int(ended.ExitCode) || !r.CodeFits() || r.Attempts > wrapper.Retries+1 {
		return contract.Report{}, false
	}
	if r.Reason == contract.Cancelled && len(r.Failed) == 0 && cancelOf(pod) == "" {
		return contract.Report{}, false
	}
	for _, other := range r.Failed {
		if other != name && !mayHaveFailed(pod, other) {
			return contract.Report{}, false
		}
	}
	return r, true
}

// mayHaveFailed reports whether there is such a step, and the kubelet did not see it end well.
func mayHaveFailed(pod *corev1.Pod, name string) bool {
	at := slices.IndexFunc(pod.Spec.Containers, func(c corev1.Container) bool { return c.Name == name })
	if at < 0 || optionsOf(&pod.Spec.Containers[at]).PostFile == "" {
		return false
	}
	ended := statusOf(name, pod.Status.ContainerStatuses).State.Terminated
	return ended == nil || ended.ExitCode != contract.ExitOK
}
