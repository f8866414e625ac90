package mutate

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLongListsOfNamesAreCut(t *testing.T) {
	require.Equal(t, "none", enumerate(nil))
	require.Equal(t, "a, b", enumerate([]string{"a", "b"}))
	require.True(t, strings.HasSuffix(enumerate(make([]string, 30)), " and 10 more"))
}
