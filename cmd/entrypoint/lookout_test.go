package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// receive waits for a word of a channel.
func receive[T any](t *testing.T, from <-chan T) {
	t.Helper()
	select {
	case <-from:
	case <-time.After(patience):
		t.Fatal("nothing came")
	}
}

func write(t *testing.T, file, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
}

func TestAChangeThatIsReportedKeepsTheTickSlow(t *testing.T) {
	directory := t.TempDir()
	e := &expectation{running: []string{filepath.Join(directory, "a"), filepath.Join(directory, "b")}}
	l := newLookout(e)
	defer l.close()
	l.settle()
	write(t, filepath.Join(directory, "a"), "")
	l.tick() // by chance it is first: the report is on its way
	require.Len(t, e.ended, 1)
	require.Equal(t, safetyTick, l.pace.interval())

	write(t, filepath.Join(directory, "b"), "")
	receive(t, l.changed())
	l.look()
	require.True(t, e.allEnded())
}

func TestAChangeThatIsNotReportedMakesTheTickQuickForGood(t *testing.T) {
	watched, elsewhere := t.TempDir(), t.TempDir()
	var gates []string
	for _, name := range []string{"a", "b"} {
		gates = append(gates, filepath.Join(watched, name))
		require.NoError(t, os.Symlink(filepath.Join(elsewhere, name), gates[len(gates)-1]))
	}
	e := &expectation{closed: gates}
	l := newLookout(e)
	defer l.close()
	l.settle()
	write(t, filepath.Join(elsewhere, "a"), "READY")
	receive(t, l.due())
	l.tick()
	require.Equal(t, quickTick, l.pace.interval())
	receive(t, l.due())
	l.tick()
	require.Equal(t, quickTick, l.pace.interval())

	write(t, filepath.Join(elsewhere, "b"), "READY")
	receive(t, l.due())
	l.tick()
	require.True(t, e.gatesOpen())
}

func TestADirectoryThatIsReplacedIsWatchedAgain(t *testing.T) {
	directory := filepath.Join(t.TempDir(), "run", "step")
	e := &expectation{running: []string{filepath.Join(directory, "done")}}
	l := newLookout(e)
	defer l.close()
	l.settle()
	for range 3 {
		require.NoError(t, os.MkdirAll(directory, 0o700))
		receive(t, l.changed())
		require.False(t, l.look())
		require.NoError(t, os.RemoveAll(directory))
		receive(t, l.changed())
		require.False(t, l.look())
	}
	require.NoError(t, os.MkdirAll(directory, 0o700))
	receive(t, l.changed())
	l.look()
	write(t, filepath.Join(directory, "done"), "")
	for !e.allEnded() {
		receive(t, l.changed())
		l.look()
	}
}
