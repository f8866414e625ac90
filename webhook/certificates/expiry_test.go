package certificates

import (
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"
)

func mustGatherExpiry(t *testing.T, registry *prometheus.Registry) float64 {
	t.Helper()
	families, err := registry.Gather()
	require.NoError(t, err)
	require.Len(t, families, 1)
	require.Equal(t, "orderly_certificate_expiry_timestamp_seconds", families[0].GetName())
	return families[0].GetMetric()[0].GetGauge().GetValue()
}

func TestTheMetricIsTheEndOfTheCertificateThatIsServed(t *testing.T) {
	r := makeReplica(makeCluster(makeConfiguration()))
	registry := prometheus.NewRegistry()
	require.NoError(t, r.serving.Measure(registry))
	require.Zero(t, mustGatherExpiry(t, registry), "none is served yet")

	r.mustReconcile(t)

	_, state := mustGetSecret(t, r.client)
	require.Equal(t, float64(state.Leaf.NotAfter.Unix()), mustGatherExpiry(t, registry))
}

func TestTheMetricOfTheCertificateTwiceIsAnError(t *testing.T) {
	registry := prometheus.NewRegistry()
	serving := &Serving{}
	require.NoError(t, serving.Measure(registry))
	require.ErrorContains(t, serving.Measure(registry), "registering the metric of the certificate's end")
}
