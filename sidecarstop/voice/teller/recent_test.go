package teller

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRecentKeepsTheLastAndIsBounded(t *testing.T) {
	const size = 10
	r := makeRecent[int, int](size)
	for key := range 1000 {
		r.put(key, -key)
		require.LessOrEqual(t, len(r.young)+len(r.old), 2*size)
		for last := max(0, key-size+1); last <= key; last++ {
			require.True(t, r.young[last] == -last || r.old[last] == -last, "%d of the last %d before %d", last, size, key)
		}
	}
}

func TestRecentKeepsWhatIsAskedFor(t *testing.T) {
	r := makeRecent[string, int](2)
	r.put("asked for", 7)
	for key := range 100 {
		r.put(string(rune('a'+key)), key)
		got, found := r.get("asked for")
		require.True(t, found)
		require.Equal(t, 7, got)
	}
	r.remove("asked for")
	_, found := r.get("asked for")
	require.False(t, found)
}
