package mutate

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

const (
	// podMessageBytes is what the kubelet keeps of all termination messages of a Pod: each is cut to this divided by the number of
	// containers (MaxPodTerminationMessageLogLength in kubernetes/pkg/kubelet/container).
	podMessageBytes = 12 << 10
	// messageBytes is what it reads of each. The wrapper knows that bound, so a flag that says as much is left out.
	messageBytes = 4 << 10
)

// addReport says how a step reports: in how many bytes, whether a command that failed leaves its message to the end of its log, and
// with which results.
func addReport(o *contract.Options, pod *corev1.Pod, c *corev1.Container, chosen settings) {
	if bound := podMessageBytes / countAll(pod); bound < messageBytes {
		o.ReportBytes = bound
	}
	o.NoReportOnFailure = c.TerminationMessagePolicy == corev1.TerminationMessageFallbackToLogsOnError
	if o.Results = chosen.results.find(c.Name); len(o.Results) > 0 {
		o.ResultsDir = contract.ResultsDir
	}
}

// countAll counts as the kubelet does, with what Orderly added.
func countAll(pod *corev1.Pod) int {
	return len(pod.Spec.InitContainers) + len(pod.Spec.Containers) + len(pod.Spec.EphemeralContainers)
}

// logPrefix is the number of a step's entry in orderly.dev/steps, counted from 1, and its name: "3/unit: ". Empty where it is not asked for.
func logPrefix(s step, chosen settings) string {
	if !chosen.logPrefix {
		return ""
	}
	return fmt.Sprintf("%d/%s: ", s.stage, s.name)
}
