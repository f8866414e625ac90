// A kubectl plugin for Orderly: with this program in $PATH as kubectl-orderly,
//
//	kubectl orderly status [JOB|POD|KIND/NAME ...] [-f FILE] [-n NAMESPACE] [--watch] [-o json]
//
// tells what the steps of a Job's Pods, or of one Pod, did and do: when each ran, how long, how it ended, how long the
// hand-over to it took, what is waited for, why it failed, and what results it left. A name alone is looked for among the Jobs first; job/NAME
// and pod/NAME say which is meant. cronjob/NAME is the Job that it made last; deployment/NAME and its like are the Pods that they want now. kubectl's
// own flags choose the cluster and the namespace.
//
// It reads and changes nothing. It exits 0 when it could tell, however the steps went, and 1 otherwise.
//
// With --watch it follows, by watches of the API, until everything has ended, and then exits 0 if everything went well, as kubectl wait and
// kubectl rollout status do; 1 if something failed or was deleted; 130 when it is interrupted. On a terminal the timeline is redrawn in place;
// elsewhere each change is a line, and with -o json a document.
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
	"strings"
	"syscall"
	"unicode"

	"github.com/spf13/cobra"
)

// version is set when the program is linked: -ldflags "-X main.version=…".
var version = "devel"

// exitInterrupted is what shells make of a program that ended by SIGINT.
const exitInterrupted = 130

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := newCommand().ExecuteContext(ctx)
	if ctx.Err() != nil {
		os.Exit(exitInterrupted)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "kubectl-orderly: %s\n", harmless(err.Error()))
		os.Exit(1)
	}
}

// harmless keeps the lines of an error and drops what could control a terminal: files and API servers have a part in it.
func harmless(message string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, message)
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
