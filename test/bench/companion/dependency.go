package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/test/bench/figure"
)

const dependencyRounds = 3

// dependency measures how long Pods wait for a Service that has become ready.
func (b *bench) dependency(ctx context.Context) error {
	crowds := make([]*crowd, dependencyRounds)
	for i := range crowds {
		crowds[i] = &crowd{namespace: fmt.Sprintf("waiting-%d", i), template: b.waiting}
		if err := b.makeCrowd(ctx, crowds[i], few, progress{ready: true}); err != nil {
			return err
		}
	}
	if err := b.quiet(ctx); err != nil {
		return err
	}
	var samples []sample
	for _, c := range crowds {
		took, err := b.dependencyRound(ctx, c)
		if err != nil {
			return err
		}
		samples = append(samples, sample{took: took})
	}
	for _, f := range []struct {
		name string
		q    float64
	}{{"p50", 0.5}, {"p99", 0.99}, {"all", 1}} {
		show(figure.New("dependency_flip_"+f.name+"_ms", median(samples, func(s sample) float64 { return milliseconds(quantile(s.took, f.q)) }), "ms"))
	}
	return nil
}

func (b *bench) dependencyRound(ctx context.Context, c *crowd) ([]time.Duration, error) {
	watching, stop := context.WithCancel(ctx)
	defer stop()
	seen, err := watchFlips(watching, b.client, c.namespace)
	if err != nil {
		return nil, err
	}
	if _, err := b.client.DiscoveryV1().EndpointSlices(c.namespace).Create(ctx, makeEndpoints(), metav1.CreateOptions{}); err != nil {
		return nil, err
	}
	answered := slices.Repeat([]time.Time{time.Now()}, few)
	if err := seen.awaitPods(ctx, c.pods...); err != nil {
		return nil, err
	}
	return c.since(answered, seen.at), nil
}

// watches counts those that are open beside the own ones, when many Pods wait for one Service.
func (b *bench) watches(own int) error {
	open, err := b.audit.watches()
	if err != nil {
		return err
	}
	show(figure.New("dependency_watches", float64(len(open)-own), "watches"))
	return nil
}

// makeEndpoints gives a ready endpoint of the Service.
func makeEndpoints() *discoveryv1.EndpointSlice {
	return &discoveryv1.EndpointSlice{
		ObjectMeta:  metav1.ObjectMeta{Name: theService + "-1", Labels: map[string]string{discoveryv1.LabelServiceName: theService}},
		AddressType: discoveryv1.AddressTypeIPv4,
		Endpoints:   []discoveryv1.Endpoint{{Addresses: []string{"10.1.0.9"}, Conditions: discoveryv1.EndpointConditions{Ready: new(true)}}},
	}
}
