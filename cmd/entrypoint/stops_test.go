package main

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestStopIsNeverLostWhileTheWrapperBecomesItsCommand stops wrappers at all moments of their first milliseconds. Whatever the wrapper
// is at, or the command is it already: nothing goes on as if there had been no stop.
func TestStopIsNeverLostWhileTheWrapperBecomesItsCommand(t *testing.T) {
	const runs, longest = 200, 3 * time.Millisecond
	directory := t.TempDir()
	for i := range runs {
		p, err := launch(exec.Command(wrapper, "-entrypoint", "sleep", "--", "1000"), filepath.Join(directory, fmt.Sprint(i)))
		require.NoError(t, err)
		t.Cleanup(p.end)
		<-time.After(longest * time.Duration(i) / runs)
		require.NoError(t, p.cmd.Process.Signal(syscall.SIGTERM))
		code, err := p.exit()
		require.NoError(t, err)
		require.Contains(t, []int{-int(syscall.SIGTERM), signalled(syscall.SIGTERM)}, code)
	}
}
