package integration

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// errNotYet is for conditions that have nothing more to say.
var errNotYet = errors.New("not yet")

// eventually waits until the condition has no error any more, at most readyTime, and else shows the last one.
func eventually(t *testing.T, what string, condition func() error) {
	t.Helper()
	deadline := time.Now().Add(readyTime)
	for {
		err := condition()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			require.Fail(t, "not within "+readyTime.String()+": "+what, "%v\nthe webhook's log:\n%s", err, theWebhook.readLog())
		}
		<-time.After(20 * time.Millisecond)
	}
}
