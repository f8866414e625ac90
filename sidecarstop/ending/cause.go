package ending

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/sidecarstop/podview"
)

// causeOf says in a few words why a container ended: OOMKilled; signal 9 (SIGKILL); exit code 3. What the cluster says about an eviction, or about a
// container that could not be started, is quoted. Of the Pod it reads reason and message of the status.
func causeOf(pod *corev1.Pod, ended *corev1.ContainerStateTerminated) string {
	switch cause := podview.CauseOf(pod, ended); {
	case !cause.Killed:
		return fmt.Sprintf("exit code %d", ended.ExitCode)
	case cause.Signal == 0:
		return withQuote(cause.Reason, cause.Message)
	case cause.Signal.String() == "":
		return fmt.Sprintf("signal %d", cause.Signal)
	default:
		return fmt.Sprintf("signal %d (%s)", cause.Signal, cause.Signal)
	}
}
