package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"orderly.dev/test/bench/cpu"
	"orderly.dev/test/bench/figure"
)

// pace is how fast Pods get ready.
type pace struct {
	// name is in those of the figures.
	name     string
	interval time.Duration
	pods     int
}

const flipRounds = 3

// paces are 200 Pods a second, and few enough to leave room on two cores.
var paces = []pace{{"", 5 * time.Millisecond, 300}, {"calm_", 20 * time.Millisecond, 100}}

// sample is what a round of flips took. Times are sorted.
type sample struct {
	// took is until READY was seen, asked until the API server got the companion's request for it.
	took, asked []time.Duration
	// rate is how many were said to be ready in a second.
	rate float64
	// cpu is what a Pod took of the processor, by program.
	cpu map[string]time.Duration
}

// flips prints figures whose names begin with prefix, and returns the median in milliseconds.
func (b *bench) flips(ctx context.Context, prefix string, p pace) (float64, error) {
	c := &crowd{namespace: fmt.Sprintf("flip-%s%d", strings.ReplaceAll(p.name, "_", "-"), len(b.present.pods)), template: b.plain}
	samples, err := b.flipRounds(ctx, c, p)
	if err != nil {
		return 0, err
	}
	of := func(what func(sample) float64) float64 { return median(samples, what) }
	p50 := of(func(s sample) float64 { return milliseconds(quantile(s.took, 0.5)) })
	show(
		figure.New(prefix+"p50_ms", p50, "ms"),
		figure.New(prefix+"p99_ms", of(func(s sample) float64 { return milliseconds(quantile(s.took, 0.99)) }), "ms"),
		figure.New(prefix+"asked_p50_ms", of(func(s sample) float64 { return milliseconds(quantile(s.asked, 0.5)) }), "ms"),
		figure.New(prefix+"rate", of(func(s sample) float64 { return s.rate }), "1/s"),
		figure.New(prefix+"companion_cpu_ms", of(func(s sample) float64 { return milliseconds(s.cpu["sidecarstop"]) }), "ms"),
		figure.New(prefix+"apiserver_cpu_ms", of(func(s sample) float64 { return milliseconds(s.cpu["kube-apiserver"] + s.cpu["etcd"]) }), "ms"),
		figure.New(prefix+"kubelet_cpu_ms", of(func(s sample) float64 { return milliseconds(s.cpu[cpu.Name()]) }), "ms"),
	)
	return p50, nil
}

func (b *bench) flipRounds(ctx context.Context, c *crowd, p pace) ([]sample, error) {
	if err := b.makeCrowd(ctx, c, flipRounds*p.pods, progress{}); err != nil {
		return nil, err
	}
	if err := b.quiet(ctx); err != nil {
		return nil, err
	}
	samples := make([]sample, flipRounds)
	for i := range samples {
		var err error
		if samples[i], err = b.flipRound(ctx, c.part(i, p.pods), p); err != nil {
			return nil, err
		}
	}
	return samples, b.disperse(ctx, c)
}

// flipRound says of one Pod after the other that its sidecar is ready.
func (b *bench) flipRound(ctx context.Context, c *crowd, p pace) (sample, error) {
	watching, stop := context.WithCancel(ctx)
	defer stop()
	seen, err := watchFlips(watching, b.client, c.namespace)
	if err != nil {
		return sample{}, err
	}
	before, err := cpu.Used()
	if err != nil {
		return sample{}, err
	}
	begin := time.Now()
	answered, err := b.sayReady(ctx, c, p.interval)
	if err != nil {
		return sample{}, err
	}
	s := sample{rate: float64(p.pods) / time.Since(begin).Seconds(), cpu: map[string]time.Duration{}}
	if err := seen.awaitPods(ctx, c.pods...); err != nil {
		return sample{}, err
	}
	after, err := cpu.Used()
	if err != nil {
		return sample{}, err
	}
	for program, used := range after {
		s.cpu[program] = (used - before[program]) / time.Duration(p.pods)
	}
	asked, err := b.audit.patched(c.namespace)
	if err != nil {
		return sample{}, err
	}
	s.took, s.asked = c.since(answered, seen.at), c.since(answered, func(pod string) time.Time { return asked[pod] })
	return s, nil
}

// sayReady patches one Pod after the other, whether or not the patches before have been answered, and returns when each was.
func (b *bench) sayReady(ctx context.Context, c *crowd, interval time.Duration) ([]time.Time, error) {
	answered := make([]time.Time, len(c.pods))
	group, ctx := errgroup.WithContext(ctx)
	begin := time.Now()
	for i, pod := range c.pods {
		select {
		case <-ctx.Done():
		case <-time.After(time.Until(begin.Add(time.Duration(i) * interval))):
		}
		group.Go(func() error {
			err := b.kubelet.report(ctx, pod, progress{ready: true})
			answered[i] = time.Now()
			return err
		})
	}
	return answered, group.Wait()
}

// since is how long after these times something happened to the Pods, sorted. What a watch shows may come before an answer: that is 0.
func (c *crowd) since(times []time.Time, happened func(pod string) time.Time) []time.Duration {
	took := make([]time.Duration, len(c.pods))
	for i, pod := range c.pods {
		took[i] = max(0, happened(pod.Name).Sub(times[i]))
	}
	slices.Sort(took)
	return took
}
