package contract_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"orderly.dev/mutate/contract"
)

func TestNoKeyStandsTwice(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range contract.Keys() {
		require.False(t, seen[k.Name], k.Name)
		seen[k.Name] = true
	}
}
