package sidecarstop_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop/meter"
)

func TestWhatIsDoneIsMeasured(t *testing.T) {
	for _, tc := range []struct {
		name string
		pod  *corev1.Pod
		// refusal answers a patch of the Pod.
		refusal error
		want    []string
	}{
		{"the gate of the first steps opens", makePod(aStep("a", running)), nil, []string{
			`orderly_gate_wait_seconds_sum{gate="pod"} 1`, `orderly_gate_wait_seconds_count{gate="pod"} 1`, `orderly_ready_flip_seconds_count 1`,
			`orderly_api_writes_total{result="ok",what="status"} 1`}},
		{"a container's gate opens", makePod(isReady, aStep("a", running), aNative("n", readied), aGated("nova", running),
			annotated(contract.AnnotationResolvedWaits, "- container: n\n  for: [nova]\n")), nil,
			[]string{`orderly_gate_wait_seconds_count{gate="container"} 1`}},
		{"a sidecar is swapped", makePod(isReady, aStep("a", ended(0)), aSidecar("p", readied)), nil,
			[]string{`orderly_sidecar_stops_total{way="image"} 1`, `orderly_api_writes_total{result="ok",what="pod"} 1`, `orderly_ready_flip_seconds_count 0`}},
		{"a swap is refused", makePod(isReady, aStep("a", ended(0)), aSidecar("p", readied)), apierrors.NewForbidden(pods, "job-x1", errors.New("policy")),
			[]string{`orderly_sidecar_stops_total{way="refused"} 1`, `orderly_api_writes_total{result="refused",what="pod"} 1`}},
		{"nothing can stop a sidecar", makePod(isReady, onFailure, aStep("a", ended(0)), aSidecar("p", readied), ownedBy("uid-job")), nil,
			[]string{`orderly_sidecar_stops_total{way="none"} 1`}},
		{"a Pod is cancelled", makePod(isReady, aStep("a", aWaitingReason("InvalidImageName"))), nil,
			[]string{`orderly_cancels_total{reason="InvalidImageName"} 1`}},
		{"a user cancels a Pod", makePod(isReady, aStep("a", running), annotated(contract.AnnotationCancel, "enough")), nil,
			[]string{`orderly_cancels_total{reason="UserCancel"} 1`}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			registry := prometheus.NewRegistry()
			w := makeWorld(t, tc.pod, makeOwner(0))
			var err error
			w.Meter, err = meter.New(registry, func() int { return 0 })
			require.NoError(t, err)
			w.refuse = func(status bool) error {
				if status {
					return nil
				}
				return tc.refusal
			}
			for range 3 {
				_, err = w.reconcile()
				require.NoError(t, err)
			}
			shown := scrape(t, registry)
			for _, line := range tc.want {
				require.Contains(t, shown, line+"\n")
			}
		})
	}
}

// scrape gives what Prometheus would be shown.
func scrape(t *testing.T, registry *prometheus.Registry) string {
	t.Helper()
	recorder := httptest.NewRecorder()
	promhttp.HandlerFor(registry, promhttp.HandlerOpts{}).ServeHTTP(recorder, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	require.Equal(t, http.StatusOK, recorder.Code)
	return recorder.Body.String()
}
