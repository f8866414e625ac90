package main

import (
	"os"
	"os/exec"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// complainInto runs a wrapper that has a reason to complain, and returns its exit code.
func complainInto(t *testing.T, stderr *os.File) int {
	t.Helper()
	cmd := exec.Command(wrapper, "-entrypoint", "/no/such/command", "--")
	cmd.Stderr = stderr
	p := &process{cmd: cmd, over: make(chan struct{})}
	require.NoError(t, cmd.Start())
	t.Cleanup(p.end)
	go func() {
		_ = cmd.Wait()
		close(p.over)
	}()
	code, err := p.exit()
	require.NoError(t, err)
	return code
}

func TestComplaintThatNobodyReadsChangesNothing(t *testing.T) {
	out, end := pipeOf(t)
	require.NoError(t, out.Close())
	require.Equal(t, 127, complainInto(t, end))
}

func TestComplaintThatIsNotTakenHoldsNobodyUp(t *testing.T) {
	_, end := pipeOf(t)
	raw := int(end.Fd())
	require.NoError(t, syscall.SetNonblock(raw, true))
	for err := error(nil); err == nil; {
		_, err = syscall.Write(raw, make([]byte, relayBuffer))
	}
	require.NoError(t, syscall.SetNonblock(raw, false))
	require.Equal(t, 127, complainInto(t, end))
}
