package meter_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/metrics"

	"orderly.dev/sidecarstop/meter"
)

// makeMeter gives a Meter with a registry of its own and seven watches.
func makeMeter(t *testing.T) (*meter.Meter, *prometheus.Registry) {
	t.Helper()
	registry := prometheus.NewRegistry()
	m, err := meter.New(registry, func() int { return 7 })
	require.NoError(t, err)
	return m, registry
}

// requireSeries requires that these lines are among what is scraped.
func requireSeries(t *testing.T, registry *prometheus.Registry, lines ...string) {
	t.Helper()
	var text bytes.Buffer
	for _, family := range gather(t, registry) {
		_, err := expfmt.MetricFamilyToText(&text, family)
		require.NoError(t, err)
	}
	for _, line := range lines {
		require.Contains(t, strings.Split(text.String(), "\n"), line)
	}
}

func gather(t *testing.T, registry prometheus.Gatherer) []*dto.MetricFamily {
	t.Helper()
	families, err := registry.Gather()
	require.NoError(t, err)
	return families
}

func TestWhatIsMeasured(t *testing.T) {
	m, registry := makeMeter(t)
	m.GateOpened(meter.ContainerGate, 1500*time.Microsecond)
	m.GateOpened(meter.PodGate, -time.Second)
	m.ReadyFlipped(4 * time.Millisecond)
	m.SidecarStopped(meter.ByImage)
	m.SidecarStopped(meter.ByImage)
	m.Cancelled("ImagePullBackOff")
	m.Cancelled("what a user wrote")
	requireSeries(t, registry, `orderly_gate_wait_seconds_bucket{gate="container",le="0.001"} 0`,
		`orderly_gate_wait_seconds_bucket{gate="container",le="0.002"} 1`,
		`orderly_gate_wait_seconds_bucket{gate="pod",le="0.001"} 1`,
		`orderly_gate_wait_seconds_count{gate="queue"} 0`)
	requireSeries(t, registry, `orderly_ready_flip_seconds_bucket{le="0.003"} 0`, `orderly_ready_flip_seconds_bucket{le="0.005"} 1`, `orderly_ready_flip_seconds_sum 0.004`)
	requireSeries(t, registry, `orderly_sidecar_stops_total{way="image"} 2`, `orderly_sidecar_stops_total{way="none"} 0`)
	requireSeries(t, registry, `orderly_cancels_total{reason="ImagePullBackOff"} 1`, `orderly_cancels_total{reason="Other"} 1`,
		`orderly_cancels_total{reason="GateTimeout"} 0`)
	requireSeries(t, registry, `orderly_watches 7`, `orderly_api_writes_total{result="refused",what="pod"} 0`)
}

func TestTheResultOfAWriteIsOneOfSixWords(t *testing.T) {
	pods := schema.GroupResource{Resource: "pods"}
	for _, tc := range []struct {
		name string
		err  error
		want string
	}{
		{"no error", nil, "ok"},
		{"there already", apierrors.NewAlreadyExists(pods, "x"), "exists"},
		{"a conflict", fmt.Errorf("patching: %w", apierrors.NewConflict(pods, "x", nil)), "conflict"},
		{"gone", apierrors.NewNotFound(pods, "x"), "gone"},
		{"refused by a policy", apierrors.NewForbidden(pods, "x", nil), "refused"},
		{"refused by validation", apierrors.NewInvalid(schema.GroupKind{Kind: "Pod"}, "x", nil), "refused"},
		{"the network", errors.New("connection refused"), "error"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			m, registry := makeMeter(t)
			m.Wrote(meter.Status, tc.err)
			requireSeries(t, registry, fmt.Sprintf(`orderly_api_writes_total{result=%q,what="status"} 1`, tc.want))
		})
	}
}

func TestNilMeasuresNothing(t *testing.T) {
	var m *meter.Meter
	require.NotPanics(t, func() {
		m.GateOpened(meter.PodGate, time.Second)
		m.ReadyFlipped(time.Second)
		m.SidecarStopped(meter.ByImage)
		m.Cancelled("x")
		m.Wrote(meter.Pod, nil)
	})
}

func TestMetricsFollowTheConventions(t *testing.T) {
	m, registry := makeMeter(t)
	m.ReadyFlipped(time.Millisecond)
	problems, err := promlint.NewWithMetricFamilies(gather(t, registry)).Lint()
	require.NoError(t, err)
	require.Empty(t, problems)
}

func TestTheSameMetricsTwiceAreAnError(t *testing.T) {
	_, registry := makeMeter(t)
	_, err := meter.New(registry, func() int { return 0 })
	require.ErrorContains(t, err, "registering metrics")
}

func TestTheMetricsFitBesideThoseOfTheFramework(t *testing.T) {
	_, err := meter.New(metrics.Registry, func() int { return 0 })
	require.NoError(t, err)
	var names []string
	for _, family := range gather(t, metrics.Registry) {
		names = append(names, family.GetName())
	}
	require.Subset(t, names, []string{"orderly_watches", "orderly_ready_flip_seconds", "orderly_gate_wait_seconds", "orderly_api_writes_total"})
}
