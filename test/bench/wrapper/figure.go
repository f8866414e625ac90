package main

import (
	"fmt"
	"slices"
	"time"
)

// figure is one line of the result.
type figure struct {
	name  string
	value float64
	unit  string
}

func (f figure) String() string {
	if f.value == float64(int64(f.value)) {
		return fmt.Sprintf("%s %.0f %s", f.name, f.value, f.unit)
	}
	return fmt.Sprintf("%s %.2f %s", f.name, f.value, f.unit)
}

// median and worst are the quantiles that are printed. Of few runs, the worst is the slowest.
const (
	median = 0.5
	worst  = 0.99
)

// quantile is a quantile of durations in milliseconds.
func quantile(name string, q float64, took []time.Duration) figure {
	sorted := slices.Sorted(slices.Values(took))
	return figure{name, milliseconds(sorted[int(q*float64(len(sorted)-1))]), "ms"}
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
