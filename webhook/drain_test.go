package webhook

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestServingGoesOnForAPeriodAfterTheOrderToStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stop, order := context.WithCancel(t.Context())
		drain := &Drain{}
		serving := drain.Context(stop, DrainPeriod)
		require.NoError(t, drain.Ready(nil))

		order()
		synctest.Wait()
		require.ErrorContains(t, drain.Ready(nil), "stopping")
		<-time.After(DrainPeriod - time.Millisecond)
		synctest.Wait()
		require.NoError(t, serving.Err(), "requests are still answered")
		<-time.After(time.Millisecond)
		synctest.Wait()
		require.Error(t, serving.Err())
	})
}

func TestConnectionsAreClosedAfterTheirAnswerWhileStopping(t *testing.T) {
	drain := &Drain{}
	mux := http.NewServeMux()
	drain.Registry(RegistryFunc(mux.Handle)).Register("/", http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	closes := func() bool {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, nil)
		require.NoError(t, err)
		response, err := server.Client().Do(request)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		return response.Close
	}
	require.False(t, closes())
	stop, order := context.WithCancel(t.Context())
	drain.Context(stop, time.Hour)
	order()
	require.Eventually(t, closes, 5*time.Second, time.Millisecond)
}
