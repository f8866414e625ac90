package main

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// catcher says in a file, named by the second argument, that it is up, and exits 100+n when it gets signal n, the first one. It
// waits for a child only in a way that its traps interrupt: the signal may have stopped the child.
const catcher = `sleep 1000 & trap "kill -KILL $!; exit $((100+$1))" $1; echo >$2; while :; do wait; done`

func TestEverySignalPassesThrough(t *testing.T) {
	neverForwarded := map[int]bool{9: true, 17: true, 19: true, 23: true}
	untrapped := map[int]bool{32: true, 33: true} // the C library keeps bash from it, so they kill it
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
			want := 100 + n
			if untrapped[n] {
				want = 128 + n
			}
			requireExit(t, want, p)
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

func TestAfterTheFirstAttemptOnlyAStopKeepsTheNextFromStarting(t *testing.T) {
	s := signals{}.withStop(syscall.SIGUSR2)
	for _, tc := range []struct {
		name        string
		signal      syscall.Signal
		first, next bool
	}{
		{"one that would end a process", syscall.SIGUSR1, true, false},
		{"one that ends nothing", syscall.SIGWINCH, false, false},
		{"one that stops every container", syscall.SIGTERM, true, true},
		{"the container's own stop signal", syscall.SIGUSR2, true, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			require.Equal(t, tc.first, s.endsAfter(0)(tc.signal))
			require.Equal(t, tc.next, s.endsAfter(1)(tc.signal))
		})
	}
}

// TestSignalsThatAreBlockedFromTheStartAreCaughtAllTheSame starts the wrapper from a thread that blocks SIGUSR1.
func TestSignalsThatAreBlockedFromTheStartAreCaughtAllTheSame(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	const blocked = 1 << (syscall.SIGUSR1 - 1)
	maskSignals(blockMask, blocked)
	defer maskSignals(unblockMask, blocked)
	directory := t.TempDir()
	p, err := launch(exec.Command(wrapper, "-wait_file", directory+"/none/done", "-entrypoint", "true", "--"), directory+"/said")
	require.NoError(t, err)
	t.Cleanup(p.end)
	require.NoError(t, p.awaitWait())
	require.NoError(t, p.cmd.Process.Signal(syscall.SIGUSR1))
	requireExit(t, signalled(syscall.SIGUSR1), p)
	for _, more := range [][]string{nil, {"-timeout", "1h"}} { // the wrapper becomes its command, or starts it
		words := slices.Concat(more, []string{"-entrypoint", "grep", "--", "-E", "Sig(Blk|Ign)", "/proc/self/status"})
		out, err := exec.Command(wrapper, words...).Output()
		require.NoError(t, err)
		require.Equal(t, "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n", string(out))
	}
}

func TestNoSignalThatCannotBeCaughtIsAskedFor(t *testing.T) {
	var got []string
	for _, s := range forwarded() {
		got = append(got, fmt.Sprint(int(s)))
	}
	require.Equal(t, "1 2 3 4 5 6 7 8 10 11 12 13 14 15 16 18 20 21 22 24 25 26 27 28 29 30 31 "+
		"32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63 64", strings.Join(got, " "))
}
