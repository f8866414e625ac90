package integration

import (
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// stopTime is how long a replica may take to end after SIGTERM.
const stopTime = 10 * time.Second

func TestNoCreationFailsWhileAReplicaIsStopped(t *testing.T) {
	second := mustStartReplica(t)
	service.add(second)
	t.Cleanup(func() { service.remove(second) })
	// More at a time than the API server has connections to the first replica, so that it makes some to the second.
	creating := keepCreating(t, 16)
	eventually(t, "the second replica gets requests", func() error {
		count, err := second.requests(t.Context())
		if err == nil && count == 0 {
			err = errNotYet
		}
		return err
	})

	require.NoError(t, second.process.Process.Signal(syscall.SIGTERM))
	stopped := time.Now()
	eventually(t, "it is not ready any more", func() error {
		state, err := get(t.Context(), "http://"+second.health+"/readyz?verbose")
		if err == nil {
			return fmt.Errorf("ready: %s", state)
		}
		require.Contains(t, state, "[-]running failed")
		return nil
	})
	require.NoError(t, requireServes(t.Context(), second.port, mustGetSecret(t)), "it must still serve")

	select {
	case err := <-second.ended:
		second.ended <- err
		require.NoError(t, err, "its log:\n%s", second.readLog())
	case <-time.After(stopTime):
		require.Fail(t, "not ended within "+stopTime.String(), "its log:\n%s", second.readLog())
	}
	require.Greater(t, time.Since(stopped), 4*time.Second, "API servers need time to turn to others")
	creating.requireNoFailure(t)
}
