package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"orderly.dev/mutate/contract"
)

// tried is one Pod of the matrix: the step a ends in some way, x waits for it, y for x, and a sidecar serves all three.
type tried struct {
	pod
	outcome        outcome
	onError        contract.OnError
	nextIf, lastIf contract.RunIf
	a, x, y, proxy *process
}

func (c tried) name() string {
	return fmt.Sprintf("a %s, on error %s, x %s, y %s", c.outcome.name, c.onError, c.nextIf, c.lastIf)
}

// TestPodsEndAsTheTableSays runs a sample of the matrix with the binary.
func TestPodsEndAsTheTableSays(t *testing.T) {
	var all []*tried
	for _, o := range outcomes() {
		for _, onError := range []contract.OnError{contract.ErrorFails, contract.ErrorContinues} {
			for _, nextIf := range []contract.RunIf{contract.RunOnSuccess, contract.RunOnFailure, contract.RunAlways} {
				lastIf := contract.RunOnSuccess
				if onError == contract.ErrorContinues {
					lastIf = contract.RunAlways
				}
				all = append(all, &tried{pod: makePod(t), outcome: o, onError: onError, nextIf: nextIf, lastIf: lastIf})
			}
		}
	}
	const atOnce = 10
	for some := range slices.Chunk(all, atOnce) {
		for _, c := range some {
			c.begin(t)
		}
		for _, c := range some {
			c.requireEnds(t)
		}
	}
}

// begin starts the Pod, the last step first, and makes the step a end.
func (c *tried) begin(t *testing.T) {
	t.Helper()
	c.y = c.launch(t, contract.Options{Step: "y", WaitFiles: []string{c.marker("x")}, RunIf: c.lastIf}, "true")
	c.x = c.launch(t, contract.Options{Step: "x", WaitFiles: []string{c.marker("a")}, RunIf: c.nextIf}, "true")
	c.proxy = c.launch(t, contract.Options{StopFiles: []string{c.marker("a"), c.marker("x"), c.marker("y")}}, "sleep", "1000")
	up, cancel := filepath.Join(c.volume, "up"), filepath.Join(c.volume, "cancel")
	o := contract.Options{Step: "a", OnError: c.onError, CancelFiles: []string{cancel}, SiblingFiles: []string{c.marker("sib")}}
	long := []string{"sh", "-c", "echo >" + up + "; exec sleep 1000"}
	switch c.outcome.name {
	case "ok":
		c.a = c.launch(t, o, "true")
	case "fails":
		c.a = c.launch(t, o, "sh", "-c", "exit 3")
	case "126":
		c.a = c.launch(t, o, "/tmp")
	case "127":
		c.a = c.launch(t, o, "/no/such/command")
	case "times out":
		o.Timeout = 10 * glance
		c.a = c.launch(t, o, "sleep", "1000")
	case "skipped":
		o.WaitFiles = []string{c.marker("root")}
		c.leave(t, "root")
		c.a = c.launch(t, o, "true")
	default:
		sibling, err := takeLock(contract.LockFile(c.make(t, "sib")))
		require.NoError(t, err)
		defer func() { _ = syscall.Close(sibling.fd) }()
		c.a = c.launch(t, o, long...)
		require.NoError(t, awaitFile(up))
		c.interfere(t, cancel, sibling)
	}
}

// interfere ends the step a while it runs.
func (c *tried) interfere(t *testing.T, cancel string, sibling lock) {
	t.Helper()
	switch c.outcome.name {
	case "killed":
		require.NoError(t, c.a.cmd.Process.Kill())
	case "stopped from outside":
		require.NoError(t, c.a.cmd.Process.Signal(syscall.SIGTERM))
	case "cancelled":
		write(t, cancel, "enough")
	case "sibling failed":
		c.leave(t, "sib")
		sibling.release()
	default:
		t.Fatal("nobody knows how to make a step end so: " + c.outcome.name)
	}
}

// make makes the directory of a step and gives its marker file.
func (p pod) make(t *testing.T, step string) string {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(p.marker(step)), 0o700))
	return p.marker(step)
}

// leave makes a step one that failed.
func (p pod) leave(t *testing.T, step string) {
	t.Helper()
	m := contract.Marker{Step: step, Reason: contract.Error, ExitCode: 1, Failed: []string{step}}
	require.NoError(t, publish(contract.Options{PostFile: p.make(t, step)}, m))
}

// launch starts a container; one that has a name is a step.
func (p pod) launch(t *testing.T, o contract.Options, command ...string) *process {
	t.Helper()
	if o.Step != "" {
		o.PostFile = p.make(t, o.Step)
	}
	o.Entrypoint = command[0]
	running, err := launch(exec.Command(wrapper, append(o.Words(), command[1:]...)...), filepath.Join(p.volume, o.Step+".said"))
	require.NoError(t, err)
	t.Cleanup(running.end)
	return running
}

// requireEnds checks how all containers end.
func (c *tried) requireEnds(t *testing.T) {
	t.Helper()
	first, means, wantExit := c.outcome.want, c.outcome.means, c.outcome.wantExit
	if c.onError == contract.ErrorContinues {
		first, means = c.outcome.wantContinued, c.outcome.heals
	}
	switch {
	case first == contract.Continued:
		wantExit = 0
	case c.outcome.killed:
		wantExit = -9 // as the test sees the wrapper's own end; the runtime says 137
	}
	c.requireEnd(t, c.a, "a", first, wantExit)
	next, means := follower(means, c.nextIf)
	c.requireEnd(t, c.x, "x", next, exitFor(next))
	last, _ := follower(means, c.lastIf)
	c.requireEnd(t, c.y, "y", last, exitFor(last))
	requireExit(t, 0, c.proxy)
}

// exitFor is the exit code of a step that follows.
func exitFor(r contract.Reason) int {
	switch r {
	case contract.Terminated:
		return 143
	case contract.Cancelled:
		return 121
	}
	return 0
}

func (c *tried) requireEnd(t *testing.T, p *process, step string, reason contract.Reason, exit int) {
	t.Helper()
	got, err := p.exit()
	require.NoError(t, err, c.name())
	require.Equal(t, exit, got, "%s: step %s %s", c.name(), step, p.state())
	m, found, err := ownMarker(c.marker(step))
	require.NoError(t, err)
	require.Equal(t, reason != "", found, c.name())
	require.Equal(t, reason, m.Reason, "%s: step %s", c.name(), step)
}
