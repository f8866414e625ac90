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

func figures(name string, ours, stock *sample) []figure {
	var list []figure
	of := ours.figures()
	for i, f := range stock.figures() {
		list = append(list,
			figure{name + "_" + of[i].name, of[i].value, of[i].unit},
			figure{"stock_" + name + "_" + f.name, f.value, f.unit},
			figure{name + "_" + f.name + "_ratio", of[i].value / f.value, "ratio"})
	}
	return list
}

func (s *sample) figures() []figure {
	slices.Sort(s.took)
	n := float64(len(s.took))
	return []figure{
		{"p50_us", microseconds(s.quantile(0.5)), "us"},
		{"p99_us", microseconds(s.quantile(0.99)), "us"},
		{"cpu_us", microseconds(s.cpu) / n, "us"},
		{"bytes_per_op", float64(int64(float64(s.bytes) / n)), "B"},
		{"allocs_per_op", float64(int64(float64(s.allocs) / n)), "allocs"},
		{"patch_bytes", float64(s.patch), "B"},
		{"clock_rps", float64(int64(n / s.total.Seconds())), "1/s"},
		{"rps", float64(int64(n / s.cpu.Seconds())), "1/s"},
	}
}

func (s *sample) quantile(q float64) time.Duration { return s.took[int(q*float64(len(s.took)-1))] }

func microseconds(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }
