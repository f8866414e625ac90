// Orderly's companion loop: it watches the Pods that Orderly rewrote, starts their first steps when the sidecars are ready,
// and stops the sidecars that nothing else stops when every step has ended. See package sidecarstop.
//
//	sidecarstop --nop-image IMAGE [--health-address :8081] [--metrics-address :8080] [--log-level info] [--log-format json]
//
// It runs in the cluster with the rights of its ServiceAccount, or outside with --kubeconfig or $KUBECONFIG. It needs pods:
// get, list, watch, patch; pods/status: patch; events in events.k8s.io: create, patch.
//
// /healthz at the health address answers as long as the process lives; /readyz while the Pods of the cluster are known.
// It ends with 0 on SIGTERM or SIGINT, with 2 when the flags are wrong, with one line for each problem, and with 1 when it
// cannot go on.
package main

import (
	"os"

	"github.com/spf13/cobra"
	ctrl "sigs.k8s.io/controller-runtime"

	"orderly.dev/cmd/internal/daemon"
)

// version is set when the program is linked: -ldflags "-X main.version=…".
var version = "devel"

func main() { os.Exit(daemon.Run(ctrl.SetupSignalHandler(), newCommand(), os.Args[1:])) }

func newCommand() *cobra.Command {
	var o options
	command := &cobra.Command{
		Use:     "sidecarstop --nop-image IMAGE",
		Short:   "Starts the steps of Orderly's Pods when their sidecars are ready, and stops sidecars that stay behind",
		Version: version,
		RunE: func(command *cobra.Command, _ []string) error {
			s, problems := o.parse()
			if len(problems) > 0 {
				return problems
			}
			return run(command.Context(), s)
		},
	}
	o.addFlags(command.Flags())
	return command
}
