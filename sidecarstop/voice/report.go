package voice

import (
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop/podview"
)

// A command may write into its termination message what it likes, and so claim anything about its own step. It cannot claim it about another, nor
// against what the kubelet saw: a report counts only where it fits the container's name and exit code, the wrapper's flags and the other steps.

// believable returns the report of a step that has ended, and false where there is none that counts.
func believable(v podview.View, c podview.Container, ended *corev1.ContainerStateTerminated) (contract.Report, bool) {
	r, found := contract.DecodeReport(ended.Message)
	if !found || r.Step != c.Name || r.Exit() != int(ended.ExitCode) || !r.CodeFits() {
		return contract.Report{}, false
	}
	if r.Attempts > mostAttempts(c) || !isCancelled(v, r.Marker) {
		return contract.Report{}, false
	}
	for _, name := range r.Failed {
		if name != c.Name && !mayHaveFailed(v, name) {
			return contract.Report{}, false
		}
	}
	return r, true
}

// isCancelled reports whether somebody has cancelled a step that says so: its Pod, whose annotation nobody can take back, or the failures that it names.
func isCancelled(v podview.View, m contract.Marker) bool {
	_, withPod := cancelOf(v)
	return m.Reason != contract.Cancelled || withPod || len(m.Failed) > 0
}

// mayHaveFailed reports whether there is such a step, and the kubelet did not see it end well: who has failed ends with another code than 0.
func mayHaveFailed(v podview.View, name string) bool {
	other, there := v.Find(name)
	ended := other.Status.State.Terminated
	return there && other.Role == podview.Step && (ended == nil || ended.ExitCode != contract.ExitOK)
}

// mostAttempts is how often a wrapper starts its command, and a number that no patience reaches where its flags are of another version.
func mostAttempts(c podview.Container) int {
	if c.Options.PostFile == "" {
		return 1 << 20
	}
	return c.Options.Retries + 1
}
