// Orderly's companion loop: it watches the Pods that Orderly rewrote and what they wait for, lets them go on when that is there, ends those
// that can no longer succeed, stops the sidecars that nothing else stops, and says on each Pod what happened. See package sidecarstop.
//
//	sidecarstop --nop-image IMAGE [--patience REASON=DURATION,…] [--dependency-resources RESOURCE.GROUP,…]
//	            [--leader-election-namespace NAMESPACE] [--leader-election-identity NAME] [--leader-elect=false]
//	            [--health-address :8081] [--metrics-address :8080] [--log-level info] [--log-format json]
//
// It runs in the cluster with the rights of its ServiceAccount, or outside with --kubeconfig or $KUBECONFIG. It needs pods:
// list, watch, patch; pods/status: patch; events in events.k8s.io: create; jobs: get; to see what Pods wait for: namespaces, jobs,
// daemonsets, deployments, statefulsets, endpointslices, and each kind that its operator lets Pods wait for: list, watch; and in the
// namespace of the election leases in coordination.k8s.io: create, and get, update of the one with the name orderly-sidecarstop.
//
// Of several replicas the one that holds that Lease acts. The others watch the same Pods, and one of them acts within 2 s when the
// leader has been told to stop, and within 12 s when it was killed or cut off. A replica that is killed and started again under the same
// identity, as a container in its Pod is, leads again as soon as it runs. With --leader-elect=false a replica acts without asking.
//
// --patience says for how long a container may wait for a reason that may pass by itself, such as ImagePullBackOff=5m, before its
// Pod, which can never succeed, is cancelled. --dependency-resources names the kinds that its operator lets Pods wait for, such as
// foos.stable.example.com; Secrets and ConfigMaps are refused.
//
// /healthz at the health address answers as long as the process lives; /readyz while the Pods of the cluster are known, whether the
// replica leads or not. It ends with 0 on SIGTERM or SIGINT, with 2 when the flags are wrong, with one line for each problem, and with 1
// when it cannot go on, or could not renew the Lease for 7 s.
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
		Short:   "Lets Orderly's Pods go on when what they wait for is there, and ends what would never end",
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
