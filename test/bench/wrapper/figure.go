package main

import (
	"slices"
	"time"

	"orderly.dev/test/bench/figure"
)

// median and worst are the quantiles that are printed. Of few runs, the worst is the slowest.
const (
	median = 0.5
	worst  = 0.99
)

// quantile is a quantile of durations in milliseconds.
func quantile(name string, q float64, took []time.Duration) figure.Figure {
	sorted := slices.Sorted(slices.Values(took))
	return figure.New(name, milliseconds(sorted[int(q*float64(len(sorted)-1))]), "ms")
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
