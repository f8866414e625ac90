package main

import (
	"os"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"orderly.dev/mutate/contract"
)

// requireEnds goes with a Pod to its end and checks each on the way.
func (p *try) requireEnds(t *testing.T) {
	t.Helper()
	p.requireEnd(t, "a", p.firstLife())
	switch {
	case p.again():
		p.requireItWaitsOn(t)
		p.mend(t)
		p.restart(t, "a")
		p.requireEnd(t, "a", p.good())
	case p.unfinished() && p.outcome.name == "cancelled":
		p.restart(t, "a")
		p.requireEnd(t, "a", p.firstLife())
	case p.unfinished():
		p.requireItWaitsOn(t)
	}
	if p.shape != chained {
		p.requireEndOfB(t)
	}
	if p.last().means == noEndYet && p.outcome.name != "cancelled" {
		p.stop(t, "x")
		if p.shape == chained {
			p.stop(t, "y")
		}
	}
	p.requireEnd(t, "x", p.ofX())
	if p.shape == chained {
		p.requireEnd(t, "y", p.ofY())
	}
	p.requireEndOfProxy(t)
	for _, tap := range p.taps {
		require.NoError(t, tap.Close())
	}
}

// requireEndOfB lets b end, where nobody else does, and checks that nobody waited for less.
func (p *try) requireEndOfB(t *testing.T) {
	t.Helper()
	want := p.ofB()
	if p.bFails() && p.restartable {
		p.requireItLives(t, "x")
		p.restart(t, "b")
	}
	if want.exit == 0 && p.bRuns() {
		p.requireItLives(t, "x")
		p.requireItLives(t, "b")
		p.tell(t, "b", 0)
	}
	p.requireEnd(t, "b", want)
}

// requireEndOfProxy checks the end of the sidecar. Where not all steps end for good, the Pod's deadline or its deletion ends it.
func (p *try) requireEndOfProxy(t *testing.T) {
	t.Helper()
	want := 0
	if p.last().means == noEndYet {
		require.True(t, p.proxy.lives(), "%v: the sidecar has left", p)
		require.NoError(t, p.proxy.cmd.Process.Signal(syscall.SIGTERM))
		want = 143
	}
	got, err := p.proxy.exit()
	require.NoError(t, err, p)
	require.Equal(t, want, got, "%v: the sidecar %s", p, p.proxy.state())
}

// requireItWaitsOn checks that whoever waits for a, which has gone without a marker, has seen that and waits on: for the lock of
// its next life, or for that of b first.
func (p *try) requireItWaitsOn(t *testing.T) {
	t.Helper()
	x := p.steps["x"]
	holds := x.watches
	if p.shape != chained && p.steps["b"].lives() {
		holds = func() bool { return x.waitsForLocks() == 1 }
	}
	require.NoError(t, await(holds, x.state), p)
	for _, step := range []string{"x", "y"} {
		if p.steps[step] != nil {
			p.requireItLives(t, step)
		}
	}
	require.True(t, p.proxy.lives(), "%v: the sidecar %s", p, p.proxy.state())
}

func (p *try) requireItLives(t *testing.T, step string) {
	t.Helper()
	require.True(t, p.steps[step].lives(), "%v: step %s %s", p, step, p.steps[step].state())
}

// mend makes a go well the next time.
func (p *try) mend(t *testing.T) {
	t.Helper()
	if err := os.Remove(p.shell()); err != nil {
		require.ErrorIs(t, err, os.ErrNotExist)
	}
	require.NoError(t, os.Symlink("/bin/sh", p.shell()))
	p.tell(t, "a", 0)
}

func (p *try) stop(t *testing.T, step string) {
	t.Helper()
	require.NoError(t, p.steps[step].cmd.Process.Signal(syscall.SIGTERM))
}

// requireEnd checks how a step ended.
func (p *try) requireEnd(t *testing.T, step string, want end) {
	t.Helper()
	running := p.steps[step]
	if p.restartable && p.outcome.name == "cancelled" && want.exit == contract.ExitCancelled {
		require.NoError(t, awaitFile(running.said), p) // it says that it is cancelled, and stays
		p.stop(t, step)
	}
	got, err := running.exit()
	require.NoError(t, err, p)
	require.Equal(t, want.exit, got, "%v: step %s %s", p, step, running.state())
	m, found, err := ownMarker(p.marker(step))
	require.NoError(t, err)
	require.Equal(t, want.reason != "", found, "%v: step %s left %v", p, step, m)
	if found {
		require.Equal(t, want.reason, m.Reason, "%v: step %s", p, step)
		require.Equal(t, want.exit, m.Exit(), "%v: step %s", p, step)
		require.Equal(t, want.failed, m.Failed, "%v: step %s", p, step)
	}
}
