package conformance

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestACommandThatDiesOfASignalIsToldAs128AndTheSignal(t *testing.T) {
	eachTool(t, func(t *testing.T, tl tool) {
		for n := 1; n <= 15; n++ {
			r := start(t, prepare(t, tl, "sh", "-c", fmt.Sprintf("ulimit -c 0; kill -%d $$", n)))
			require.Equal(t, 128+n, r.exit(t), "signal %d: %s", n, r.state())
		}
	})
}

func TestExitCodesPassThrough(t *testing.T) {
	eachTool(t, func(t *testing.T, tl tool) {
		for _, want := range []int{0, 1, 2, 121, 124, 125, 126, 127, 128, 137, 255} {
			r := start(t, prepare(t, tl, "sh", "-c", "exit "+strconv.Itoa(want)))
			require.Equal(t, want, r.exit(t), r.state())
		}
	})
}

// Bare is left out: there it is the runtime that finds no command.
func TestACommandThatCannotRunHasTheExitCodeOfAShell(t *testing.T) {
	for _, tc := range []struct {
		tool                    tool
		notFound, notExecutable int
	}{
		{tini, 127, 126},
		{dumbInit, 2, 2},
		{orderlyGate, 127, 126},
		{orderlyStep, 127, 126},
	} {
		t.Run(string(tc.tool), func(t *testing.T) {
			t.Parallel()
			r := start(t, prepare(t, tc.tool, "/nowhere/at-all"))
			require.Equal(t, tc.notFound, r.exit(t), r.state())
			r = start(t, prepare(t, tc.tool, "/etc/passwd"))
			require.Equal(t, tc.notExecutable, r.exit(t), r.state())
		})
	}
}
