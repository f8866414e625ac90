package ending

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop/podview"
)

// Whether a socket, a file or an address is there, only the container that waits knows. Its wrapper ends with [contract.ExitTimeout] when that takes too
// long, and under OnFailure the kubelet would start it again, to wait anew for ever.

// waitedInVain are the grounds of a Pod in which a wrapper gave up waiting.
func (q question) waitedInVain() grounds {
	for _, c := range q.Containers {
		if gaveUp(c) {
			return grounds{reason: ReasonGateTimeout, message: fmt.Sprintf("%s waited longer than %s for %s", c.Name, c.Options.WaitTimeout, waitsFor(c))}
		}
	}
	return grounds{}
}

// gaveUp reports whether a wrapper did, in this life of the container or the one before. The exit code alone tells it where no command runs; a step says
// it in its report. A container that is neither may have a command that ends with the same code.
func gaveUp(c podview.Container) bool {
	return slices.ContainsFunc([]*corev1.ContainerStateTerminated{c.Status.State.Terminated, c.Status.LastTerminationState.Terminated},
		func(ended *corev1.ContainerStateTerminated) bool {
			if ended == nil || ended.ExitCode != contract.ExitTimeout || c.Options.WaitTimeout == 0 {
				return false
			}
			report, said := contract.DecodeReport(ended.Message)
			return c.Role == podview.Waiter || c.Role == podview.Step && said && report.Step == c.Name && report.Reason == contract.GateTimeout
		})
}

// waitsFor lists what a wrapper looks for by itself.
func waitsFor(c podview.Container) string {
	things := slices.Concat(prefixed("socket ", c.Options.Sockets), prefixed("file ", c.Options.Files), prefixed("tcp ", c.Options.TCP))
	if len(things) == 0 {
		return "its gate"
	}
	return strings.Join(things, ", ")
}

func prefixed(kind string, names []string) []string {
	var all []string
	for _, name := range names {
		all = append(all, kind+name)
	}
	return all
}
