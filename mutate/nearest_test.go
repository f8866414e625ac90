package mutate

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNearestNameIsProposed(t *testing.T) {
	for _, tc := range []struct{ name, word, want string }{
		{"two letters swapped", "biuld", ` (did you mean "build"?)`},
		{"a letter missing", "fetc", ` (did you mean "fetch"?)`},
		{"a letter too many", "buildd", ` (did you mean "build"?)`},
		{"another word", "publish", ""},
		{"another letter", "x", ""},
		{"far too long a word", strings.Repeat("build", 1000), ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			require.Equal(t, tc.want, didYouMean(tc.word, []string{"fetch", "build", "a"}))
		})
	}
}

func TestLongListsOfNamesAreCut(t *testing.T) {
	require.Equal(t, "none", enumerate(nil))
	require.Equal(t, "a, b", enumerate([]string{"a", "b"}))
	require.True(t, strings.HasSuffix(enumerate(make([]string, 30)), " and 10 more"))
}
