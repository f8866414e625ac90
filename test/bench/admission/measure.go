package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"slices"
	"syscall"
	"time"

	admissionv1 "k8s.io/api/admission/v1"

	"orderly.dev/test/bench/figure"
	"orderly.dev/test/bench/pods"
)

// round is how many requests are asked of one handler before it is the other's turn.
const round = 50

// sample is what the requests to one handler took.
type sample struct {
	handler http.Handler
	body    []byte
	took    []time.Duration
	// total is the time of all rounds, with everything that the runtime did meanwhile.
	total time.Duration
	// cpu is the processor's time of all rounds: on a busy machine it says more than the clock.
	cpu           time.Duration
	bytes, allocs uint64
	patch         int
}

// measure asks both handlers in turn for a period each.
func measure(containers int, period time.Duration) ([]figure.Figure, error) {
	body, err := pods.Review(pods.Sent(containers))
	if err != nil {
		return nil, err
	}
	ours, stock := &sample{handler: orderly(), body: body}, &sample{handler: defaulter(), body: body}
	for _, s := range []*sample{ours, stock} {
		if err := s.warmUp(); err != nil {
			return nil, err
		}
	}
	for ours.total < period || stock.total < period {
		ours.round()
		stock.round()
	}
	return figures(fmt.Sprintf("admission_%d", containers), ours, stock), nil
}

// warmUp asks until caches are filled, and checks that the answer is a patch.
func (s *sample) warmUp() error {
	var answer bytes.Buffer
	for range round {
		answer.Reset()
		s.handler.ServeHTTP(&writer{out: &answer, header: http.Header{}}, request(s.body))
	}
	var got admissionv1.AdmissionReview
	if err := json.Unmarshal(answer.Bytes(), &got); err != nil {
		return fmt.Errorf("reading the answer %s: %w", answer.Bytes(), err)
	}
	if got.Response == nil || !got.Response.Allowed || len(got.Response.Patch) == 0 {
		return fmt.Errorf("the Pod was not rewritten: %s", answer.Bytes())
	}
	if !bytes.Contains(got.Response.Patch, []byte(`"/spec/initContainers`)) {
		return errors.New("the patch has no sidecar in it")
	}
	s.patch = len(got.Response.Patch)
	return nil
}

func (s *sample) round() {
	requests := make([]*http.Request, round)
	for i := range requests {
		requests[i] = request(s.body)
	}
	w := &writer{out: io.Discard, header: http.Header{}}
	s.took = slices.Grow(s.took, round)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	begin, cpu := time.Now(), usedCPU()
	for _, r := range requests {
		start := time.Now()
		s.handler.ServeHTTP(w, r)
		s.took = append(s.took, time.Since(start))
	}
	s.total += time.Since(begin)
	s.cpu += usedCPU() - cpu
	runtime.ReadMemStats(&after)
	s.bytes += after.TotalAlloc - before.TotalAlloc
	s.allocs += after.Mallocs - before.Mallocs
}

// usedCPU is the processor's time of this program so far, the collection of garbage included.
func usedCPU() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(fmt.Sprintf("reading the processor's time: %v", err)) // only a wrong argument makes it fail
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// request is what the HTTP server gives to the handler.
func request(body []byte) *http.Request {
	return &http.Request{
		Method: http.MethodPost,
		Header: http.Header{"Content-Type": {"application/json"}},
		Body:   io.NopCloser(bytes.NewReader(body)),
		// The API server says how long the body is.
		ContentLength: int64(len(body)),
	}
}

// writer is a [http.ResponseWriter] that allocates nothing.
type writer struct {
	out    io.Writer
	header http.Header
}

func (w *writer) Header() http.Header            { return w.header }
func (w *writer) Write(text []byte) (int, error) { return w.out.Write(text) }
func (w *writer) WriteHeader(int)                {}
