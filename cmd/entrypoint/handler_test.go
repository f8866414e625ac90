package main

import (
	"os"
	"os/exec"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// faultVariable makes the test that starts itself again be the one that is started.
const faultVariable = "ENTRYPOINT_TEST_FAULT"

// TestFaultOfTheProgramIsStillAPanic would hang if the handler took what the kernel says of a fault for something that was sent: the
// instruction would be run again for ever.
func TestFaultOfTheProgramIsStillAPanic(t *testing.T) {
	if os.Getenv(faultVariable) != "" {
		handle(forwarded())
		var nothing *action
		nothing.flags++
		return
	}
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.timeout="+patience.String())
	cmd.Env = append(os.Environ(), faultVariable+"=1")
	out, err := cmd.CombinedOutput()
	require.Error(t, err)
	require.Contains(t, string(out), "nil pointer dereference")
}

func TestWhatHasArrivedIsTakenOnceInTheOrderOfTheNumbers(t *testing.T) {
	arrived.Store(1<<(syscall.SIGTERM-1) | 1<<(syscall.SIGHUP-1) | 1<<(syscall.SIGCHLD-1) | 1<<(numbered-2))
	require.Equal(t, []syscall.Signal{syscall.SIGHUP, syscall.SIGTERM, numbered - 1}, signals{}.take())
	require.Empty(t, signals{}.take())
}

func TestWhatContinuesACommandIsTakenAfterWhatStopsIt(t *testing.T) {
	arrived.Store(1<<(syscall.SIGCONT-1) | 1<<(syscall.SIGTSTP-1) | 1<<(syscall.SIGTTOU-1))
	require.Equal(t, []syscall.Signal{syscall.SIGTSTP, syscall.SIGTTOU, syscall.SIGCONT}, signals{}.take())
}
