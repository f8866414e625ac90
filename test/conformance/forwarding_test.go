package conformance

import (
	"strconv"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// SIGKILL is left out: nobody can hand it on.
func TestSignalsReachTheCommand(t *testing.T) {
	// tini dies itself of what a fault of its own would send it.
	tiniDiesOf := map[syscall.Signal]bool{
		syscall.SIGILL: true, syscall.SIGTRAP: true, syscall.SIGABRT: true, syscall.SIGBUS: true, syscall.SIGFPE: true, syscall.SIGSEGV: true,
	}
	eachTool(t, func(t *testing.T, tl tool) {
		for n := syscall.Signal(1); n <= 15; n++ {
			switch {
			case n == syscall.SIGKILL:
			case tl == tini && tiniDiesOf[n]:
				requireItDiesOf(t, tl, n)
			default:
				requireHandedOn(t, tl, n)
			}
		}
	})
}

func requireHandedOn(t *testing.T, tl tool, n syscall.Signal) {
	t.Helper()
	r := start(t, prepare(t, tl, ownProgram("catch-signals"), strconv.Itoa(int(n))))
	r.readyPID(t)
	tl.awaitHandsOn(t, r)
	r.signal(t, n)
	require.Equal(t, strconv.Itoa(int(n)), r.line(t))
	require.Equal(t, probeExit, r.exit(t), "signal %d: %s", n, r.state())
}

func requireItDiesOf(t *testing.T, tl tool, n syscall.Signal) {
	t.Helper()
	r := start(t, prepare(t, tl, ownProgram("catch-signals"), strconv.Itoa(int(n))))
	command := r.readyPID(t)
	r.signal(t, n)
	require.Equal(t, 128+int(n), r.exit(t), "signal %d: %s", n, r.state())
	require.NoError(t, syscall.Kill(command, syscall.SIGKILL), "the command that it left behind")
}
