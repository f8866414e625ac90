package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"orderly.dev/cmd/kubectl-orderly/timeline"
)

func newStatusCommand() *cobra.Command {
	var place *cluster
	command := &cobra.Command{
		Use:   "status JOB|POD",
		Short: "Shows the steps of a Job's Pods, or of a Pod, as a timeline",
		Example: "  kubectl orderly status release\n" +
			"  kubectl orderly status pod/release-x7k2p -n demo",
		Args: cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, args []string) error {
			wanted, err := parseTarget(args[0])
			if err != nil {
				return err
			}
			finder, err := place.connect()
			if err != nil {
				return err
			}
			found, err := finder.find(command.Context(), wanted)
			if err != nil {
				return err
			}
			return show(command.OutOrStdout(), found, time.Now())
		},
	}
	place = newCluster(command.Flags())
	return command
}

// show prints the Job, if it is one, and the timelines of the Pods, parted by blank lines.
func show(w io.Writer, found found, now time.Time) error {
	var b strings.Builder
	if found.job != nil {
		fmt.Fprintln(&b, describeJob(found.job, len(found.pods)))
	}
	for i := range found.pods {
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		if err := timeline.Print(&b, timeline.FromPod(&found.pods[i], now)); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
