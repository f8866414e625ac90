package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"orderly.dev/mutate/contract"
)

func TestALongWaitIsToldAfterHalfAMinuteAndThenEveryFiveMinutes(t *testing.T) {
	begun := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	p := startPatience(begun)
	var told []time.Duration
	for after := time.Duration(0); after <= 11*time.Minute; after += time.Second {
		if p.isOver(begun.Add(after)) {
			told = append(told, after)
		}
	}
	require.Equal(t, []time.Duration{30 * time.Second, 5*time.Minute + 30*time.Second, 10*time.Minute + 30*time.Second}, told)
}

func TestWhatAContainerWaitsForIsTold(t *testing.T) {
	p := makePod(t)
	held, err := takeLock(contract.LockFile(p.make(t, "build")))
	require.NoError(t, err)
	t.Cleanup(held.release)
	w := newWaiting(contract.Options{
		WaitFiles:  []string{p.marker("build"), p.marker("lint"), p.marker("unit")},
		ReadyFiles: []string{"/no/such/gate"},
	}, signals{})
	require.Equal(t, "for the end of build and for the start of lint, unit and for /no/such/gate", w.whatFor())
}

// TestALongWaitIsToldOnce has the binary wait for real, with everything that there is to wait for.
func TestALongWaitIsToldOnce(t *testing.T) {
	t.Parallel()
	p := makePod(t)
	held, err := takeLock(contract.LockFile(p.make(t, "build")))
	require.NoError(t, err)
	t.Cleanup(held.release)
	build, lint, gate, file := p.marker("build"), p.marker("lint"), filepath.Join(p.volume, "ready"), filepath.Join(p.volume, "there")
	var waits []*longWait
	for _, w := range []longWait{
		{name: "step", options: contract.Options{Step: "step", PostFile: p.make(t, "step"), WaitFiles: []string{build}}, what: "the end of build"},
		{name: "later", options: contract.Options{WaitFiles: []string{build, lint}, ReadyFiles: []string{gate}},
			what: "the end of build and for the start of lint and for " + gate},
		{name: "gated", options: contract.Options{ReadyFiles: []string{gate}}, what: gate},
		{name: "inside", options: contract.Options{Files: []string{file}, TCP: []string{"127.0.0.1:1"}},
			what: "file " + file + ": no such file or directory, tcp 127.0.0.1:1: connection refused"},
	} {
		w.options.Entrypoint = "true"
		w.begin(t, p)
		waits = append(waits, &w)
	}
	allTold := func() bool {
		for _, w := range waits {
			w.look()
		}
		return !slices.ContainsFunc(waits, func(w *longWait) bool { return w.told.IsZero() })
	}
	require.NoError(t, awaitFor(firstNotice+patience, allTold, func() string { return fmt.Sprintf("%v", waits) }))
	for _, w := range waits {
		w.requireNotice(t)
	}
}

// longWait is a wrapper whose wait does not end.
type longWait struct {
	name    string
	options contract.Options
	// what is what it says that it waits for.
	what string
	// begun is just before it was started; told is when it was seen to have said something.
	begun, told time.Time
	running     *process
}

func (w *longWait) String() string { return w.name + " " + w.running.state() }

func (w *longWait) begin(t *testing.T, p pod) {
	t.Helper()
	var err error
	w.begun = time.Now()
	w.running, err = launch(exec.Command(wrapper, w.options.Words()...), filepath.Join(p.volume, w.name+".said"))
	require.NoError(t, err)
	t.Cleanup(w.running.end)
}

func (w *longWait) look() {
	if w.told.IsZero() && notEmpty(w.running.said) {
		w.told = time.Now()
	}
}

// requireNotice checks that the notice did not come too early and is the only one until the wrapper is stopped.
func (w *longWait) requireNotice(t *testing.T) {
	t.Helper()
	require.GreaterOrEqual(t, w.told.Sub(w.begun), firstNotice, w)
	require.NoError(t, w.running.cmd.Process.Signal(syscall.SIGTERM))
	requireExit(t, 143, w.running)
	text, err := os.ReadFile(w.running.said)
	require.NoError(t, err)
	require.Equal(t, "entrypoint: still waiting for "+w.what+"\n", string(text))
}

// TestNoInotifyInstanceIsHeldForWhatRuns, because a user has only 128 of them.
func TestNoInotifyInstanceIsHeldForWhatRuns(t *testing.T) {
	p := makePod(t)
	second := p.start(t, "second", []string{"first"}, "true")
	require.NoError(t, await(second.watches, second.state), "while the first step has not begun, nothing else tells")
	up := filepath.Join(p.volume, "up")
	first := p.start(t, "first", nil, "sh", "-c", "echo >"+up+"; exec sleep 1000")
	require.NoError(t, await(func() bool { return !second.watches() && second.waitsForLocks() == 1 }, second.state))
	require.NoError(t, awaitFile(up))

	o := contract.Options{StopFiles: []string{p.marker("first"), p.marker("third")}, Entrypoint: "sleep"}
	proxy, err := launch(exec.Command(wrapper, append(o.Words(), "1000")...), filepath.Join(p.volume, "proxy.said"))
	require.NoError(t, err)
	t.Cleanup(proxy.end)
	require.NoError(t, await(func() bool { return proxy.waitsForLocks() == 1 }, proxy.state))
	require.False(t, proxy.watches(), "the third step, which has no lock yet, is found by the tick")
	first.end()
	requireExit(t, 0, second)
	third := p.start(t, "third", nil, "true")
	requireExit(t, 0, third)
	requireExit(t, 0, proxy)
}
