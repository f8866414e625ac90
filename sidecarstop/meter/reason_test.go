package meter_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"orderly.dev/sidecarstop/ending"
	"orderly.dev/sidecarstop/meter"
)

func TestTheLoopsOwnReasonsAreCountedByName(t *testing.T) {
	own := []string{ending.ReasonUserCancel, ending.ReasonGateTimeout, ending.ReasonDependencyFailed, ending.ReasonSidecarFailed}
	require.Subset(t, meter.Reasons(), own)
	require.Contains(t, meter.Reasons(), "Other")
}

func TestReasonsAreACopy(t *testing.T) {
	meter.Reasons()[0] = "changed"
	require.NotContains(t, meter.Reasons(), "changed")
}
