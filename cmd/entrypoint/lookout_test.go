package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"orderly.dev/mutate/contract"
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

// makeLookout gives a lookout that has begun to watch.
func makeLookout(t *testing.T, o contract.Options) *lookout {
	t.Helper()
	l := newLookout(newFacts(o))
	l.settle()
	t.Cleanup(l.dismiss)
	return l
}

func TestAChangeThatIsReportedKeepsTheTickSlow(t *testing.T) {
	directory := t.TempDir()
	l := makeLookout(t, contract.Options{WaitFiles: []string{filepath.Join(directory, "a"), filepath.Join(directory, "b")}})
	write(t, filepath.Join(directory, "a"), "")
	l.tick(safetyTick) // by chance it is first: the report is on its way
	require.Len(t, l.facts.before.ended, 1)
	require.Equal(t, safetyTick, l.pace.interval())

	write(t, filepath.Join(directory, "b"), "")
	receive(t, l.changed())
	l.look()
	require.True(t, l.facts.before.allEnded())
}

func TestAChangeThatIsNotReportedMakesTheTickQuickForGood(t *testing.T) {
	watched, elsewhere := t.TempDir(), t.TempDir()
	var gates []string
	for _, name := range []string{"a", "b"} {
		gates = append(gates, filepath.Join(watched, name))
		require.NoError(t, os.Symlink(filepath.Join(elsewhere, name), gates[len(gates)-1]))
	}
	l := makeLookout(t, contract.Options{ReadyFiles: gates})
	write(t, filepath.Join(elsewhere, "a"), "READY")
	receive(t, l.due())
	l.tick(safetyTick)
	require.Equal(t, quickTick, l.pace.interval())
	receive(t, l.due())
	l.tick(safetyTick)
	require.Equal(t, quickTick, l.pace.interval())

	write(t, filepath.Join(elsewhere, "b"), "READY")
	receive(t, l.due())
	l.tick(safetyTick)
	require.Empty(t, l.facts.closed)
}

func TestADirectoryThatIsReplacedIsWatchedAgain(t *testing.T) {
	directory := filepath.Join(t.TempDir(), "run", "step")
	l := makeLookout(t, contract.Options{WaitFiles: []string{filepath.Join(directory, "done")}})
	for range 3 {
		require.NoError(t, os.MkdirAll(directory, 0o700))
		receive(t, l.changed())
		l.look()
		require.False(t, l.facts.before.allEnded())
		require.NoError(t, os.RemoveAll(directory))
		receive(t, l.changed())
		l.look()
		require.False(t, l.facts.before.allEnded())
	}
	require.NoError(t, os.MkdirAll(directory, 0o700))
	receive(t, l.changed())
	l.look()
	write(t, filepath.Join(directory, "done"), "")
	for !l.facts.before.allEnded() {
		receive(t, l.changed())
		l.look()
	}
}
