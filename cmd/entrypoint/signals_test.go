package main

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// catcher says in a file, named by the second argument, that it is up, and exits 100+n when it gets signal n, the first one. It
// waits for a child only in a way that its traps interrupt: the signal may have stopped the child.
const catcher = `sleep 1000 & trap "kill -KILL $!; exit $((100+$1))" $1; echo >$2; while :; do wait; done`

func TestEverySignalPassesThrough(t *testing.T) {
	neverForwarded := map[int]bool{9: true, 17: true, 19: true, 23: true, 27: true, 32: true, 33: true, 34: true}
	for n := 1; n < numbered; n++ {
		if neverForwarded[n] {
			continue
		}
		t.Run(fmt.Sprintf("signal %d", n), func(t *testing.T) {
			t.Parallel()
			directory := t.TempDir()
			up := filepath.Join(directory, "up")
			p, err := launch(exec.Command(wrapper, "-timeout", "1h", "-entrypoint", "bash", "--", "-c", catcher, "catcher", fmt.Sprint(n), up), filepath.Join(directory, "said"))
			require.NoError(t, err)
			t.Cleanup(p.end)
			require.NoError(t, awaitFile(up))
			require.NoError(t, p.awaitCatch())
			require.NoError(t, p.cmd.Process.Signal(syscall.Signal(n)))
			requireExit(t, 100+n, p)
		})
	}
}

func TestTheExitCodeTellsWhichSignalKilledTheCommand(t *testing.T) {
	for n := 1; n <= 15; n++ {
		t.Run(fmt.Sprintf("signal %d", n), func(t *testing.T) {
			said := filepath.Join(t.TempDir(), "said")
			p, err := launch(exec.Command(wrapper, "-timeout", "1h", "-entrypoint", "sh", "--", "-c", fmt.Sprintf("kill -%d $$", n)), said)
			require.NoError(t, err)
			t.Cleanup(p.end)
			requireExit(t, 128+n, p)
		})
	}
}

func TestNoSignalThatCannotBeCaughtIsAskedFor(t *testing.T) {
	var got []string
	for _, s := range forwarded() {
		got = append(got, fmt.Sprint(int(s)))
	}
	require.Equal(t, "1 2 3 4 5 6 7 8 10 11 12 13 14 15 16 18 20 21 22 24 25 26 28 29 30 31 "+
		"35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63 64", strings.Join(got, " "))
}
