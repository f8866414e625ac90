package conformance

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTenThousandVariablesArriveAsTheyWereGiven(t *testing.T) {
	eachTool(t, func(t *testing.T, tl tool) {
		cmd := prepare(t, tl, "/bin/cat", "/proc/self/environ")
		cmd.Env = []string{"PATH=/usr/bin:/bin", "EMPTY=", "LINES=a\nb", "BYTES=\xff\xfe"}
		for i := range 10_000 - len(cmd.Env) {
			cmd.Env = append(cmd.Env, fmt.Sprintf("VARIABLE_%d=value %d", i, i))
		}

		r := start(t, cmd)

		require.Equal(t, strings.Join(cmd.Env, "\x00")+"\x00", r.rest(t))
		require.Equal(t, 0, r.exit(t), r.state())
	})
}
