package certificates

import (
	"fmt"

	"github.com/prometheus/client_golang/prometheus"
)

// Measure registers orderly_certificate_expiry_timestamp_seconds, with controller-runtime's metrics.Registry in the product: when the
// certificate that this replica serves ends, in Unix time, and 0 while it serves none. It is the end of what clients are shown, not of
// what the Secret holds, so it also tells of a replica that does not follow a renewal. It returns an error where the metric is registered
// already.
func (s *Serving) Measure(registry prometheus.Registerer) error {
	expiry := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "orderly_certificate_expiry_timestamp_seconds",
		Help: "When the certificate that is served ends, in seconds since 1970, or 0 while none is served.",
	}, s.expiry)
	if err := registry.Register(expiry); err != nil {
		return fmt.Errorf("registering the metric of the certificate's end: %w", err)
	}
	return nil
}

func (s *Serving) expiry() float64 {
	leaf := s.leaf()
	if leaf == nil {
		return 0
	}
	return float64(leaf.NotAfter.Unix())
}
