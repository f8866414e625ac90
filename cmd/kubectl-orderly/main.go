// A kubectl plugin for Orderly: with this program in $PATH as kubectl-orderly,
//
//	kubectl orderly status JOB|POD [-n NAMESPACE]
//
// tells what the steps of a Job's Pods, or of one Pod, did and do: when each ran, how long, how it ended, how long the
// hand-over to it took, what is waited for, and why it failed. A name alone is looked for among the Jobs first; job/NAME
// and pod/NAME say which is meant. kubectl's own flags choose the cluster and the namespace.
//
// It reads Jobs and Pods and changes nothing. It exits 0 when it could tell, however the steps went, and 1 otherwise.
//
//	kubectl orderly inject -f FILE|DIRECTORY|- [-o yaml|json|diff] [--pods]
//
// writes the objects of files as the webhook would answer for them, without a cluster: what a namespace, its nodes and its webhook are
// like is said by flags. It judges with the webhook's own code. Images are looked up with the logins of whoever runs it; --image-commands
// gives what they run instead. Where an object would be denied it writes nothing, says what admission would say, and exits 1.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"

	"github.com/spf13/cobra"
)

// version is set when the program is linked: -ldflags "-X main.version=…".
var version = "devel"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := newCommand().ExecuteContext(ctx); err != nil {
		fmt.Fprintf(os.Stderr, "kubectl-orderly: %v\n", err)
		os.Exit(1)
	}
}

func newCommand() *cobra.Command {
	root := &cobra.Command{
		Use:           "kubectl-orderly",
		Short:         "Tells what the steps of Jobs and Pods did and do, and what admission makes of objects",
		Version:       version,
		SilenceUsage:  true,
		SilenceErrors: true,
		Annotations:   map[string]string{cobra.CommandDisplayNameAnnotation: "kubectl orderly"},
	}
	root.AddCommand(newStatusCommand(), newInjectCommand())
	return root
}
