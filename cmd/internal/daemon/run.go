package daemon

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"
)

const (
	exitFailed = 1
	exitUsage  = 2
)

// UsageError is everything that is wrong with a command line.
type UsageError []error

// Error implements error, with a line for each problem.
func (e UsageError) Error() string { return errors.Join(e...).Error() }

// Run runs a daemon's command until the context is done, and returns the exit code. Errors go to the command's standard error, each
// line with the name of the program before it.
func Run(ctx context.Context, command *cobra.Command, args []string) int {
	command.SilenceUsage, command.SilenceErrors = true, true
	command.Args = noArgs
	command.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return UsageError{err} })
	command.SetArgs(args)
	err := command.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	var usage UsageError
	if !errors.As(err, &usage) {
		command.PrintErrf("%s: %v\n", command.Name(), err)
		return exitFailed
	}
	for _, problem := range usage {
		command.PrintErrf("%s: %v\n", command.Name(), problem)
	}
	return exitUsage
}

func noArgs(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return UsageError{fmt.Errorf("unexpected argument %q: everything is set by flags", args[0])}
	}
	return nil
}
