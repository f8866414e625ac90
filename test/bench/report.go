package main

import (
	"fmt"
	"slices"
	"time"
)

func report(samples map[string][]time.Duration) {
	m := func(name string) float64 { return float64(median(samples[name])) / float64(time.Millisecond) }
	fmt.Printf("bare_job_ms %.0f ms\n", m("bare"))
	fmt.Printf("one_step_job_ms %.0f ms\n", m("one step"))
	fmt.Printf("pod_overhead_ms %.0f ms\n", m("one step")-m("bare"))
	fmt.Printf("ready_flip_ms %.1f ms\n", m("ready flip"))
	fmt.Printf("sidecar_stop_ms %.0f ms\n", m("with sidecar"))
	fmt.Printf("bare_sidecar_stop_ms %.0f ms\n", m("bare with sidecar"))
	fmt.Printf("bare_3s_job_ms %.0f ms\n", m("bare 3 s"))
	fmt.Printf("ten_steps_job_ms %.0f ms\n", m("ten steps"))
	fmt.Printf("ten_steps_ratio %.3f ratio\n", m("ten steps")/m("bare 3 s"))
}

func median(samples []time.Duration) time.Duration {
	if len(samples) == 0 {
		return 0
	}
	slices.Sort(samples)
	return (samples[(len(samples)-1)/2] + samples[len(samples)/2]) / 2
}
