package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"
	"k8s.io/client-go/kubernetes"
)

const statusHelp = `Tells the story of a Job's Pods, or of a Pod: a timeline of its steps, what is waited for now, why it failed, the
repositories that were cloned, and its results.

A name alone is looked for among the Jobs first. cronjob/NAME shows the Job that it made last; deployment/NAME, statefulset/NAME, daemonset/NAME
and replicaset/NAME show the Pods that they want now. -f shows the objects of manifests; what runs no Pods is passed over.

With --watch it follows until everything has ended: a Job when it is Complete or Failed, a Pod when it has Succeeded or Failed, and what
never ends by itself when it is ready. On a terminal the timeline moves; elsewhere each change is one line, and the timeline comes at the end.

With -o json it writes one document, and with --watch one in a line for each change.

Exit codes: 0 when it could tell, however the steps went, and with --watch only if everything went well; 1 otherwise; 130 when it was interrupted.`

const statusExample = `  kubectl orderly status release
  kubectl orderly status pod/release-x7k2p -n demo
  kubectl orderly status -f job.yaml --watch
  kubectl orderly status deployment/web -o json`

// statusOptions are the flags of status.
type statusOptions struct {
	place  *cluster
	files  inputs
	watch  bool
	output string
}

func newStatusCommand() *cobra.Command {
	var o statusOptions
	command := &cobra.Command{
		Use:     "status [JOB|POD|KIND/NAME ...] [-f FILE]",
		Short:   "Shows the steps of a Job's Pods, or of a Pod, as a timeline",
		Long:    statusHelp,
		Example: statusExample,
		RunE: func(command *cobra.Command, args []string) error {
			return o.run(command, args)
		},
	}
	flags := command.Flags()
	flags.StringSliceVarP(&o.files.names, "filename", "f", nil, "Files or directories with the objects to show, or - for standard input.")
	flags.BoolVarP(&o.files.recursive, "recursive", "R", false, "Also read the directories in a directory of -f.")
	flags.BoolVarP(&o.watch, "watch", "w", false, "Follow until everything has ended. Exit with 1 if something failed.")
	flags.StringVarP(&o.output, "output", "o", "", "json: write documents for programs.")
	o.place = newCluster(flags)
	return command
}

func (o *statusOptions) run(command *cobra.Command, args []string) error {
	if o.output != "" && o.output != string(outputJSON) {
		return fmt.Errorf("--output %q is not %s: leave it out for people", o.output, outputJSON)
	}
	targets, err := o.targets(args, command.InOrStdin())
	if err != nil {
		return err
	}
	finder, err := o.place.connect()
	if err != nil {
		return err
	}
	ctx := command.Context()
	scopes, err := finder.findAll(ctx, targets)
	if err != nil {
		return err
	}
	out := command.OutOrStdout()
	if o.watch {
		return (&follower{client: finder.client, scopes: scopes, view: o.view(out), now: time.Now}).run(ctx)
	}
	all, err := readAll(ctx, finder.client, scopes)
	if err != nil {
		return err
	}
	now := time.Now()
	stories := tellAll(all, now)
	quoteKubelet(ctx, finder.client, stories)
	if o.output != "" {
		return writeDocument(out, documentOf(stories, now))
	}
	return writeText(out, stories, widthOf(out))
}

func (o *statusOptions) targets(args []string, stdin io.Reader) ([]target, error) {
	if len(args) == 0 && len(o.files.names) == 0 {
		return nil, errors.New("nothing to show: name a Job or a Pod, or say -f FILE")
	}
	targets, err := parseTargets(args)
	if err != nil || len(o.files.names) == 0 {
		return targets, err
	}
	others, err := targetsOf(o.files, stdin)
	return slices.Concat(targets, others), err
}

// view is the form in which changes are shown.
func (o *statusOptions) view(out io.Writer) view {
	if o.output != "" {
		return &documentView{out: out}
	}
	if terminal, found := terminalOf(out); found {
		return newScreen(terminal, func() (int, int) { return sizeOf(terminal) })
	}
	return &logView{out: out}
}

// findAll finds each of the targets.
func (f *finder) findAll(ctx context.Context, targets []target) ([]scope, error) {
	var scopes []scope
	for _, wanted := range targets {
		s, err := f.find(ctx, wanted)
		if err != nil {
			return nil, err
		}
		scopes = append(scopes, s)
	}
	return scopes, nil
}

func readAll(ctx context.Context, client kubernetes.Interface, scopes []scope) ([]found, error) {
	var all []found
	for _, s := range scopes {
		f, err := s.read(ctx, client)
		if err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	return all, nil
}

// terminalOf is the terminal behind a writer, if it is one that can move its cursor.
func terminalOf(w io.Writer) (*os.File, bool) {
	file, isFile := w.(*os.File)
	if !isFile || !term.IsTerminal(int(file.Fd())) || os.Getenv("TERM") == "dumb" {
		return nil, false
	}
	return file, true
}

// widthOf is 0 for what is no terminal, or one that does not say.
func widthOf(w io.Writer) int {
	terminal, found := terminalOf(w)
	if !found {
		return 0
	}
	columns, _ := sizeOf(terminal)
	return columns
}

// sizeOf gives the columns and rows of a terminal, zero where it does not say.
func sizeOf(terminal *os.File) (columns, rows int) {
	columns, rows, err := term.GetSize(int(terminal.Fd()))
	if err != nil {
		return 0, 0
	}
	return columns, rows
}
