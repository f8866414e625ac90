package hostile

import (
	"testing"

	"github.com/stretchr/testify/require"

	"orderly.dev/mutate"
	"orderly.dev/mutate/contract"
)

func TestTheCorpusIsTheSameEachTime(t *testing.T) {
	require.Equal(t, Cases("/canary"), Cases("/canary"))
}

func TestNoKeyOfAUserIsLeftOut(t *testing.T) {
	tried := map[string]int{}
	for _, c := range Cases("/canary") {
		tried[c.Key]++
	}
	for _, key := range contract.Keys() {
		if key.Origin == contract.ByUser {
			require.Greater(t, tried[key.Name], 50, key.Name)
		} else {
			require.Zero(t, tried[key.Name], "%s is not the user's", key.Name)
		}
	}
}

// Else it is not what is hostile that is refused.
func TestWithoutWhatIsHostileThePodIsAdmitted(t *testing.T) {
	for key, values := range seeds {
		for _, value := range values {
			requireAdmitted(t, Case{Key: key, Value: value})
		}
	}
	for key, list := range templates {
		for _, template := range list {
			requireAdmitted(t, Case{Key: key, Value: template.right()})
		}
	}
}

func requireAdmitted(t *testing.T, c Case) {
	t.Helper()
	config := mutate.Config{ToolsImage: "tools", CloneImage: "clone", Delivery: mutate.ImageVolume}
	_, errs := mutate.Pod(c.Pod("team"), config, mutate.Facts{})
	require.Empty(t, errs, "%s: %s", c.Key, c.Value)
}
