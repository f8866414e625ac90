package conformance

import (
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// groupOfFifty has a shell and 49 others of its group say that they are up, and then that they got a signal. The shell then waits
// for the others.
const groupOfFifty = `
member() {
	trap 'echo got; kill $nap; exit' USR1
	sleep 600 &
	nap=$!
	echo up
	wait
}
trap 'echo got' USR1
echo ready $$
i=1; while [ $i -lt 50 ]; do member & i=$((i + 1)); done
echo up
until wait; do :; done
exit 7`

func TestASignalReachesTheWholeGroupOfTheCommand(t *testing.T) {
	const alone, all = 1, 50
	reached := map[tool]int{bare: alone, tini: all, dumbInit: all, orderlyGate: alone, orderlyStep: all}
	eachTool(t, func(t *testing.T, tl tool) {
		r := start(t, prepare(t, tl, "sh", "-c", groupOfFifty))
		command := r.readyPID(t)
		for range all {
			require.Equal(t, "up", r.line(t))
		}
		tl.awaitHandsOn(t, r)

		r.signal(t, syscall.SIGUSR1)

		for range reached[tl] {
			require.Equal(t, "got", r.line(t))
		}
		if reached[tl] == alone {
			require.NoError(t, syscall.Kill(-command, syscall.SIGKILL))
			require.Equal(t, 128+9, r.exit(t))
		} else {
			require.Equal(t, 7, r.exit(t), r.state())
		}
		require.Zero(t, strings.Count(r.rest(t), "got"), "more were reached")
	})
}
