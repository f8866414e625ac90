package main

import (
	"os/exec"
	"path/filepath"
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
