package conformance

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// tool is what stands in front of a command.
type tool string

const (
	bare        tool = "bare" // nothing
	tini        tool = "tini"
	dumbInit    tool = "dumb-init"
	orderlyGate tool = "orderly gate"
	orderlyStep tool = "orderly step"
)

var tools = []tool{bare, tini, dumbInit, orderlyGate, orderlyStep}

// words is the command line with the tool in front of the command. tini gets the options that make it comparable: its signals
// reach the command's group, and it says nothing when it is not PID 1.
func (tl tool) words(t *testing.T, command []string) []string {
	t.Helper()
	orderly := []string{filepath.Join(programs, "entrypoint")}
	switch tl {
	case tini:
		return slices.Concat([]string{"tini", "-g", "-s", "--"}, command)
	case dumbInit:
		return slices.Concat([]string{"dumb-init", "--"}, command)
	case orderlyStep:
		orderly = append(orderly, "-step", "x", "-post_file", filepath.Join(t.TempDir(), "done"))
		fallthrough
	case orderlyGate:
		return slices.Concat(orderly, []string{"-entrypoint", command[0], "--"}, command[1:])
	}
	return command
}

// awaitHandsOn returns when the tool, whose command is up, hands on every signal. The others are ready before they start their
// command; Orderly's wrapper catches the rarer signals in the millisecond after. One thread of Go's runtime has all those
// blocked that the program was not yet told to catch.
func (tl tool) awaitHandsOn(t *testing.T, r *running) {
	t.Helper()
	if tl != orderlyStep {
		return
	}
	r.await(t, "to catch all signals", func() bool {
		threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/status", r.cmd.Process.Pid))
		return len(threads) > 0 && !slices.ContainsFunc(threads, blocksSignals)
	})
}

func blocksSignals(status string) bool {
	text, _ := os.ReadFile(status)
	return !bytes.Contains(text, []byte("SigBlk:\t0000000000000000"))
}

// eachTool runs a case with each tool in front of the command.
func eachTool(t *testing.T, run func(*testing.T, tool)) {
	t.Helper()
	for _, tl := range tools {
		t.Run(string(tl), func(t *testing.T) {
			t.Parallel()
			run(t, tl)
		})
	}
}
