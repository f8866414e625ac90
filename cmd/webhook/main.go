// Orderly's admission webhook: it rewrites Pods that ask for it while they are created, so that their containers run in the
// declared order, and judges Jobs. See packages mutate, for what it does, and webhook, for how it answers.
//
//	webhook --tools-image IMAGE --clone-image IMAGE [--namespace NAMESPACE] [--delivery auto|imageVolume|initContainer] …
//
// It runs in the cluster with the rights of its ServiceAccount, or outside with --kubeconfig or $KUBECONFIG. It makes and renews
// its certificate by itself, in a Secret, and keeps the caBundle of its two webhook configurations right (package
// webhook/certificates). It needs that one Secret: get, list, watch, update, and create on secrets in its namespace; and
// those two configurations: get, list, watch, patch. It watches nodes, limitranges and resourcequotas (package
// webhook/cluster): get, list, watch. It looks up images that Pods run without naming a command (package webhook/registry), at
// registries that it reaches directly or by $HTTPS_PROXY; for private ones it reads the Secrets of a Pod's imagePullSecrets, where
// it may: get on secrets in that namespace.
//
// /healthz at the health address answers as long as the process lives; /readyz while it serves a certificate that the
// API server trusts, and knows the cluster. On SIGTERM or SIGINT it stops being ready at once, goes on serving for 5 seconds until
// API servers have turned to other replicas, finishes what is in flight, and ends with 0, all within 10 seconds. A second signal
// ends it at once.
//
// It ends with 2 when the flags are wrong, with one line for each problem, and with 1 when it cannot go on.
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
		Use:     "webhook --tools-image IMAGE --clone-image IMAGE",
		Short:   "Rewrites Pods at admission so that their containers run in the declared order",
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
