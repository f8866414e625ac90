package main

import (
	"fmt"
	"slices"
)

// sample is what the creations of one turn took.
type sample struct {
	// p50 is the median of what the client waited, cpu what a creation cost the processor on average; both in milliseconds.
	p50, cpu float64
}

func report(samples map[string][]sample) {
	p50, cpu := map[string]float64{}, map[string]float64{}
	for name, list := range samples {
		p50[name] = median(list, func(s sample) float64 { return s.p50 })
		cpu[name] = median(list, func(s sample) float64 { return s.cpu })
	}
	for _, c := range []struct{ prefix, name string }{{"", withOrderly}, {"noop_", withNoop}, {"replay_", withReplay}, {"bare_", withNone}} {
		fmt.Printf("%sapiserver_create_p50_ms %.2f ms\n", c.prefix, p50[c.name])
		fmt.Printf("%sapiserver_create_cpu_ms %.2f ms\n", c.prefix, cpu[c.name])
	}
	fmt.Printf("apiserver_create_ratio %.3f ratio\n", p50[withOrderly]/p50[withNoop])
	fmt.Printf("replay_apiserver_create_ratio %.3f ratio\n", p50[withReplay]/p50[withNoop])
	fmt.Printf("apiserver_create_own_ratio %.3f ratio\n", p50[withOrderly]/p50[withReplay])
	fmt.Printf("apiserver_create_own_cpu_ratio %.3f ratio\n", cpu[withOrderly]/cpu[withReplay])
}

func median(list []sample, of func(sample) float64) float64 {
	values := make([]float64, len(list))
	for i, s := range list {
		values[i] = of(s)
	}
	slices.Sort(values)
	return values[len(values)/2]
}
