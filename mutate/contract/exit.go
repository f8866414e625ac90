package contract

import "slices"

// Exit codes that are the wrapper's own. Everything else is the command's: its exit code, or [ExitSignalBase] plus the
// number of the signal that ended it. 125, 126 and 127 are what env(1), nohup(1) and container runtimes use.
const (
	ExitOK            = 0   // the command's, and that of skipped and healed steps
	ExitCancelled     = 121 // the Pod was cancelled, or a sibling failed
	ExitTimeout       = 124 // the step or its wait took too long
	ExitWrapper       = 125 // the wrapper itself failed
	ExitNotExecutable = 126 // the command cannot be executed
	ExitNotFound      = 127 // the command does not exist
	ExitSignalBase    = 128 // 128+n: ended by signal n
)

// ExitCode is one of the wrapper's own exit codes with its meaning.
type ExitCode struct {
	Code    int
	Meaning string
}

// ExitCodes lists the wrapper's own exit codes in the order of the documentation.
func ExitCodes() []ExitCode { return slices.Clone(exitCodes) }

var exitCodes = []ExitCode{
	{ExitOK, "the command exited 0, the step was skipped or not needed, or its failure is healed by onError: continue"},
	{ExitCancelled, "cancelled: the Pod's cancel, or a sibling that failed"},
	{ExitTimeout, "the step, or what it waited for, took too long"},
	{ExitWrapper, "the wrapper itself failed: bad flags, or a marker that cannot be written"},
	{ExitNotExecutable, "the command cannot be executed"},
	{ExitNotFound, "the command does not exist"},
	{ExitSignalBase, "128+n: the command was ended by signal n"},
}
