package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"orderly.dev/mutate/contract"
)

// try is a Pod of the matrix that runs.
type try struct {
	pattern
	pod
	steps map[string]*process
	proxy *process
	// words are the command lines of the steps.
	words map[string][]string
	// taps end the commands: a command exits with the number that is written to its tap.
	taps map[string]*os.File
}

// begin starts a Pod, all but the step a and the sidecar.
func begin(t *testing.T, c pattern) *try {
	t.Helper()
	p := &try{pattern: c, pod: makePod(t), steps: map[string]*process{}, words: map[string][]string{}, taps: map[string]*os.File{}}
	root := contract.Marker{Step: "root", Reason: contract.Completed}
	if c.root != allWell {
		root.Reason, root.Failed = contract.UpstreamFailed, []string{"root"}
	}
	p.leave(t, root)
	p.prepare(t)
	if c.shape == chained {
		p.follow(t, "y", c.lastIf, "x")
		p.follow(t, "x", c.nextIf, "a")
		return p
	}
	p.follow(t, "x", c.nextIf, "a", "b")
	b := contract.Options{Step: "b", CancelFiles: []string{p.cancel()}}
	if c.shape == staged {
		b.WaitFiles, b.SiblingFiles = []string{p.marker("root")}, []string{p.marker("a")}
	}
	p.tap(t, b)
	return p
}

// prepare makes the command of a: a shell, or what cannot be executed.
func (p *try) prepare(t *testing.T) {
	t.Helper()
	target := "/bin/sh"
	switch p.outcome.name {
	case "126":
		target = "/etc"
	case "127":
		return
	}
	require.NoError(t, os.Symlink(target, p.shell()))
}

func (p *try) shell() string  { return filepath.Join(p.volume, "shell") }
func (p *try) cancel() string { return filepath.Join(p.volume, "cancel") }

// up is where the command of a step says its process id.
func (p *try) up(step string) string { return filepath.Join(p.volume, step+".up") }

// follow starts a step that goes well if it runs. Under OnFailure a Pod's cancel leaves no markers, so that each step looks itself.
func (p *try) follow(t *testing.T, step string, runIf contract.RunIf, after ...string) {
	t.Helper()
	o := contract.Options{Step: step, RunIf: runIf, Entrypoint: "true"}
	for _, s := range after {
		o.WaitFiles = append(o.WaitFiles, p.marker(s))
	}
	if p.restartable {
		o.CancelFiles = []string{p.cancel()}
	}
	p.launch(t, o)
}

// tap starts a step whose command runs until it is told how to end.
func (p *try) tap(t *testing.T, o contract.Options) {
	t.Helper()
	tap := filepath.Join(p.volume, o.Step+".tap")
	require.NoError(t, syscall.Mkfifo(tap, 0o600))
	var err error
	p.taps[o.Step], err = os.OpenFile(tap, os.O_RDWR, 0)
	require.NoError(t, err)
	o.Entrypoint = p.shell()
	if o.Step == "b" {
		o.Entrypoint = "sh"
	}
	p.launch(t, o, "-c", `echo $$ >"$0"; read code <"$1"; exit $code`, p.up(o.Step), tap)
}

// tell makes the command of a step exit, now or as soon as it runs.
func (p *try) tell(t *testing.T, step string, code int) {
	t.Helper()
	_, err := fmt.Fprintln(p.taps[step], code)
	require.NoError(t, err)
}

// launch starts a step.
func (p *try) launch(t *testing.T, o contract.Options, arguments ...string) {
	t.Helper()
	o.PostFile, o.Restartable = p.make(t, o.Step), p.restartable
	p.words[o.Step] = append(o.Words(), arguments...)
	p.restart(t, o.Step)
}

// restart starts a step as it was started before, as the kubelet does.
func (p *try) restart(t *testing.T, step string) {
	t.Helper()
	p.steps[step] = p.run(t, step, p.words[step])
}

func (p *try) run(t *testing.T, name string, words []string) *process {
	t.Helper()
	running, err := launch(exec.Command(wrapper, words...), filepath.Join(p.volume, name+".said"))
	require.NoError(t, err)
	t.Cleanup(running.end)
	return running
}

// startRest starts the sidecar, and a once b runs, which else would only be skipped by its failure.
func (p *try) startRest(t *testing.T) {
	t.Helper()
	if p.shape != chained && p.bRuns() {
		require.NoError(t, awaitFile(p.up("b")))
	}
	o := contract.Options{Entrypoint: "sleep", Restartable: p.restartable, StopFiles: []string{p.marker("a")}}
	for step := range p.steps {
		o.StopFiles = append(o.StopFiles, p.marker(step))
	}
	p.proxy = p.run(t, "proxy", append(o.Words(), "1000"))
	a := contract.Options{
		Step: "a", RunIf: p.runIf, OnError: p.onError, WaitFiles: []string{p.marker("root")},
		CancelFiles: []string{p.cancel()}, SiblingFiles: []string{p.marker(p.sibling())},
	}
	switch {
	case p.outcome.name != "times out":
	case p.again():
		a.Timeout = 3 * time.Second // the second life of a must go well in that time
	default:
		a.Timeout = 10 * glance
	}
	if p.outcome.name == "sibling failed" && p.shape != staged {
		p.fail(t, "sib")
	}
	p.tap(t, a)
}

// fail lets a step that the Pod does not have otherwise fail, as soon as a runs.
func (p *try) fail(t *testing.T, step string) {
	t.Helper()
	o := contract.Options{Step: step, Entrypoint: "sh"}
	p.launch(t, o, "-c", `until test -s "$0"; do sleep 0.01; done; exit 1`, p.up("a"))
}

// interfere makes a end.
func (p *try) interfere(t *testing.T) {
	t.Helper()
	switch p.outcome.name {
	case "killed", "stopped from outside", "cancelled", "sibling failed":
		require.NoError(t, awaitFile(p.up("a")), p)
	}
	switch p.outcome.name {
	case "ok":
		p.tell(t, "a", 0)
	case "fails":
		p.tell(t, "a", 3)
	case "killed":
		p.kill(t)
	case "stopped from outside":
		require.NoError(t, p.steps["a"].cmd.Process.Signal(syscall.SIGTERM))
	case "cancelled":
		write(t, p.cancel(), "enough")
	case "sibling failed":
		if p.shape == staged {
			p.tell(t, "b", 1)
		}
		requireExit(t, 1, p.steps[p.sibling()])
		if !p.siblingCounts() {
			p.tell(t, "a", 0)
		}
	}
}

// kill kills everything in the container of a, as the kernel does with what has no parent there any more.
func (p *try) kill(t *testing.T) {
	t.Helper()
	text, err := os.ReadFile(p.up("a"))
	require.NoError(t, err)
	command, err := strconv.Atoi(strings.TrimSpace(string(text)))
	require.NoError(t, err)
	require.NoError(t, p.steps["a"].cmd.Process.Kill())
	require.NoError(t, syscall.Kill(-command, syscall.SIGKILL))
}

// make makes the directory of a step and gives its marker file.
func (p pod) make(t *testing.T, step string) string {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(p.marker(step)), 0o700))
	return p.marker(step)
}

// leave makes a step one that has ended.
func (p pod) leave(t *testing.T, m contract.Marker) {
	t.Helper()
	require.NoError(t, publish(contract.Options{PostFile: p.make(t, m.Step)}, m))
}
