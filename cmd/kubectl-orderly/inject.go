package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"orderly.dev/cmd/kubectl-orderly/manifest"
)

const injectHelp = `Writes the objects of files as Orderly's webhook would answer for them when they are created, in a namespace that has the label
orderly.dev/inject: enabled.

Pods are rewritten. Of Jobs and CronJobs only what their Pods have to know is written, because the Pods are rewritten when they are
made. Deployments, StatefulSets, DaemonSets and ReplicaSets are judged, and come out as they went in, and so does everything else; --pods
shows the Pods of all of them, too. What the API server itself fills in, such as restartPolicy: Always, counts, but is not written.

When an object would be denied, nothing is written, and the exit code is 1. All problems of all objects are reported at once.`

const injectExample = `  kubectl orderly inject -f job.yaml -o diff
  helm template release chart | kubectl orderly inject -f - --lookup=false --image-commands commands.yaml`

func newInjectCommand() *cobra.Command {
	var o injectOptions
	command := &cobra.Command{
		Use:     "inject -f FILE",
		Short:   "Shows without a cluster what admission makes of Pods, Jobs and CronJobs",
		Long:    injectHelp,
		Example: injectExample,
		Args:    cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			form, err := parseOutput(o.output)
			if err != nil {
				return err
			}
			in, err := o.parse(command.ErrOrStderr())
			if err != nil {
				return err
			}
			files, err := o.files.read(command.InOrStdin())
			if err != nil {
				return err
			}
			rendered, err := in.renderAll(command.Context(), files)
			if err != nil {
				return err
			}
			return form.write(command.OutOrStdout(), rendered)
		},
	}
	o.addFlags(command.Flags())
	return command
}

// output is the form in which inject writes.
type output string

const (
	outputYAML output = "yaml"
	outputJSON output = "json"
	outputDiff output = "diff"
)

func parseOutput(text string) (output, error) {
	all := []string{string(outputYAML), string(outputJSON), string(outputDiff)}
	if !slices.Contains(all, text) {
		return "", fmt.Errorf("--output %q is none of %s", text, strings.Join(all, ", "))
	}
	return output(text), nil
}

func (form output) write(w io.Writer, files []renderedFile) error {
	var pages []manifest.Page
	for _, f := range files {
		pages = slices.Concat(pages, f.pages)
	}
	switch form {
	case outputJSON:
		return manifest.WriteJSON(w, pages)
	case outputDiff:
		return writeDifferences(w, files)
	case outputYAML:
	}
	return manifest.WriteYAML(w, pages)
}

func writeDifferences(w io.Writer, files []renderedFile) error {
	style := styleFor(w)
	for _, f := range files {
		for _, page := range f.pages {
			for o := range page.Objects() {
				if err := manifest.WriteDiff(w, o, fmt.Sprintf("%s: %s %s", f.name, o.Kind, o.Name()), style); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// styleFor follows no-color.org: whoever sets NO_COLOR to anything wants no colours.
func styleFor(w io.Writer) manifest.Style {
	file, isFile := w.(*os.File)
	if isFile && term.IsTerminal(int(file.Fd())) && os.Getenv("NO_COLOR") == "" {
		return manifest.Coloured
	}
	return manifest.Plain
}
