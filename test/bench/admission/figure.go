package main

import (
	"slices"
	"time"

	"orderly.dev/test/bench/figure"
)

func figures(name string, ours, stock *sample) []figure.Figure {
	var list []figure.Figure
	of := ours.figures()
	for i, f := range stock.figures() {
		list = append(list,
			figure.New(name+"_"+of[i].Name, of[i].Value, of[i].Unit),
			figure.New("stock_"+name+"_"+f.Name, f.Value, f.Unit),
			figure.New(name+"_"+f.Name+"_ratio", of[i].Value/f.Value, "ratio"))
	}
	return list
}

func (s *sample) figures() []figure.Figure {
	slices.Sort(s.took)
	n := float64(len(s.took))
	return []figure.Figure{
		figure.New("p50_us", microseconds(s.quantile(0.5)), "us"),
		figure.New("p99_us", microseconds(s.quantile(0.99)), "us"),
		figure.New("cpu_us", microseconds(s.cpu)/n, "us"),
		figure.New("bytes_per_op", float64(int64(float64(s.bytes)/n)), "B"),
		figure.New("allocs_per_op", float64(int64(float64(s.allocs)/n)), "allocs"),
		figure.New("patch_bytes", float64(s.patch), "B"),
		figure.New("clock_rps", float64(int64(n/s.total.Seconds())), "1/s"),
		figure.New("rps", float64(int64(n/s.cpu.Seconds())), "1/s"),
	}
}

func (s *sample) quantile(q float64) time.Duration { return s.took[int(q*float64(len(s.took)-1))] }

func microseconds(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }
