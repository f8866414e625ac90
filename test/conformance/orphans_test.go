package conformance

import (
	"os/exec"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAThousandOrphansAreReapedByPID1(t *testing.T) {
	const orphans = 1000
	// Where the command itself is PID 1, they are its own business: this one reaps none.
	left := map[tool]int{bare: orphans, tini: 0, dumbInit: 0, orderlyGate: orphans, orderlyStep: 0}
	eachTool(t, func(t *testing.T, tl tool) {
		cmd := prepare(t, tl, ownProgram("leave-orphans"), strconv.Itoa(orphans), strconv.Itoa(left[tl]))
		namespaced := exec.Command("unshare", append([]string{"--user", "--map-root-user", "--pid", "--fork", "--mount-proc", "--kill-child", "--"}, cmd.Args...)...)
		namespaced.SysProcAttr = cmd.SysProcAttr
		r := start(t, namespaced)
		require.Equal(t, probeExit, r.exit(t), r.state())
	})
}
