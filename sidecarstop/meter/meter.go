package meter

import (
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Gate is the kind of a gate that opened.
type Gate string

const (
	// PodGate is what the first steps or the waiting init container of a Pod wait for.
	PodGate Gate = "pod"
	// ContainerGate is what one container waits for.
	ContainerGate Gate = "container"
	// QueueGate is what keeps a Pod from being scheduled.
	QueueGate Gate = "queue"
)

// Way is how a sidecar was stopped that does not leave by itself.
type Way string

const (
	// ByImage is a change of its image to one whose program ends at once.
	ByImage Way = "image"
	// ByNothing is for a sidecar that nothing can stop.
	ByNothing Way = "none"
	// Refused is for a change of image that the API server refused.
	Refused Way = "refused"
	// Survived is for a sidecar that went on running after its image was changed.
	Survived Way = "survived"
)

// Meter measures. Make one with [New]. All methods may be called at the same time, and on nil, where they do nothing.
type Meter struct {
	gateWait  *prometheus.HistogramVec
	readyFlip prometheus.Histogram
	stops     *prometheus.CounterVec
	cancels   *prometheus.CounterVec
	apiWrites *prometheus.CounterVec
}

// New registers the metrics, with controller-runtime's metrics.Registry in the product. The number of open watches is asked of watches at each
// scrape. It returns an error where one of the metrics is registered already.
func New(registry prometheus.Registerer, watches func() int) (*Meter, error) {
	m := &Meter{
		gateWait: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "orderly_gate_wait_seconds", Buckets: waits(),
			Help: "How long a gate of a Pod was closed, from the Pod's start or, for a queue, its creation.",
		}, []string{"gate"}),
		readyFlip: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "orderly_ready_flip_seconds", Buckets: flips(),
			Help: "Time from the moment the loop learned of the last thing that a gate waited for to the API server's answer.",
		}),
		stops: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "orderly_sidecar_stops_total",
			Help: "Sidecars that do not leave by themselves, by the way in which they were stopped, or not.",
		}, []string{"way"}),
		cancels: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "orderly_cancels_total", Help: "Pods that were cancelled, by reason.",
		}, []string{"reason"}),
		apiWrites: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "orderly_api_writes_total", Help: "Writes to the API server, by what was written and what came of it.",
		}, []string{"what", "result"}),
	}
	open := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "orderly_watches", Help: "Watches that are open for what Pods wait for.",
	}, func() float64 { return float64(watches()) })
	m.showZeros()
	for _, c := range []prometheus.Collector{m.gateWait, m.readyFlip, m.stops, m.cancels, m.apiWrites, open} {
		if err := registry.Register(c); err != nil {
			return nil, fmt.Errorf("registering metrics: %w", err)
		}
	}
	return m, nil
}

// showZeros makes the series that alerts are written for appear before anything has happened: a rate over a series that is not there is not zero.
func (m *Meter) showZeros() {
	for _, gate := range []Gate{PodGate, ContainerGate, QueueGate} {
		m.gateWait.WithLabelValues(string(gate))
	}
	for _, way := range []Way{ByImage, ByNothing, Refused, Survived} {
		m.stops.WithLabelValues(string(way))
	}
	for _, reason := range reasons {
		m.cancels.WithLabelValues(reason)
	}
	for _, what := range []Object{Status, Pod, Event} {
		for _, result := range []string{written, refused, failed} {
			m.apiWrites.WithLabelValues(string(what), result)
		}
	}
}

// GateOpened says that a gate opened after it had been closed for so long.
func (m *Meter) GateOpened(gate Gate, waited time.Duration) {
	if m != nil {
		m.gateWait.WithLabelValues(string(gate)).Observe(max(waited, 0).Seconds())
	}
}

// ReadyFlipped says how long the loop took to open gates after it had learned of the last thing that they waited for.
func (m *Meter) ReadyFlipped(took time.Duration) {
	if m != nil {
		m.readyFlip.Observe(max(took, 0).Seconds())
	}
}

// SidecarStopped says that a sidecar was stopped, or why it was not.
func (m *Meter) SidecarStopped(way Way) {
	if m != nil {
		m.stops.WithLabelValues(string(way)).Inc()
	}
}

// Cancelled says that a Pod was cancelled. Reasons that [Reasons] does not list count as Other, so that nothing a user writes becomes a label.
func (m *Meter) Cancelled(reason string) {
	if m != nil {
		m.cancels.WithLabelValues(known(reason)).Inc()
	}
}

// Wrote says what came of a write to the API server.
func (m *Meter) Wrote(what Object, err error) {
	if m != nil {
		m.apiWrites.WithLabelValues(string(what), resultOf(err)).Inc()
	}
}
