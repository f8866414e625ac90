package webhook

import (
	"math"
	"runtime/debug"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

func TestMemoryIsSpentOnlyWhereALimitIsKnown(t *testing.T) {
	const defaultGrowth = 100
	for _, tc := range []struct {
		name                  string
		cgroup                fstest.MapFS
		variable              string
		wantLimit, wantGrowth int64
	}{
		{"a container with a limit", fstest.MapFS{"memory.max": {Data: []byte("268435400\n")}}, "", 241591860, heapGrowth},
		{"a container without a limit", fstest.MapFS{"memory.max": {Data: []byte("max\n")}}, "", math.MaxInt64, defaultGrowth},
		{"no cgroup of version 2", fstest.MapFS{}, "", math.MaxInt64, defaultGrowth},
		{"the operator decides on the growth", fstest.MapFS{"memory.max": {Data: []byte("268435400\n")}}, "GOGC", math.MaxInt64, defaultGrowth},
		{"the operator decides on the limit", fstest.MapFS{"memory.max": {Data: []byte("268435400\n")}}, "GOMEMLIMIT", math.MaxInt64, defaultGrowth},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Setenv("GOGC", "")
			t.Setenv("GOMEMLIMIT", "")
			if tc.variable != "" {
				t.Setenv(tc.variable, "100")
			}
			limit, growth := debug.SetMemoryLimit(math.MaxInt64), debug.SetGCPercent(defaultGrowth)
			defer func() {
				debug.SetMemoryLimit(limit)
				debug.SetGCPercent(growth)
			}()
			SpendMemory(tc.cgroup)
			require.Equal(t, tc.wantLimit, debug.SetMemoryLimit(-1))
			require.EqualValues(t, tc.wantGrowth, debug.SetGCPercent(defaultGrowth))
		})
	}
}
