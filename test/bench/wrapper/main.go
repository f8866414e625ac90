// Command wrapper measures Orderly's wrapper as it is shipped, without Kubernetes, and prints lines "name value unit".
//
//	go run ./test/bench/wrapper bin/entrypoint
//
//	entrypoint_size_bytes       the binary
//	entrypoint_overhead_ms      a step that runs /bin/true over bare /bin/true, medians of runs in turn
//	entrypoint_gate_overhead_ms the same for a wrapper without a marker, which replaces itself
//	entrypoint_wait_rss_kb      resident memory of a wrapper that waits, the larger of one at a gate and one behind a running step
//	entrypoint_wait_anon_kb     the part of it that no other wrapper shares
//	wait_cpu_wakeups_per_s      how often the threads of such a wrapper wake up, those of Go's runtime included
//	handoff_p50_ms, …_p99_ms    a step's wrapper has seen the end of its command → the next step's command, date, has read the clock
//	chain20_ms                  a gate opens → the last of 20 trivial steps behind it has ended, median
//	killed_noticed_p50_ms, …_p99_ms   a step's wrapper is killed → the command of a step that runs always has read the clock
//	bare_clock_ms               the start of that command without a wrapper, median
//
// Where a command reads the clock, its own start counts in: what is printed is an upper bound.
package main

import (
	"fmt"
	"os"

	"orderly.dev/test/bench/figure"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: wrapper PATH-OF-ENTRYPOINT")
		os.Exit(2)
	}
	if err := measureAll(os.Args[1]); err != nil {
		fmt.Fprintf(os.Stderr, "bench: %v\n", err)
		os.Exit(1)
	}
}

// measureAll runs one measurement after the other, so that none disturbs another.
func measureAll(wrapper string) error {
	for _, m := range []struct {
		what    string
		measure func(wrapper string) ([]figure.Figure, error)
	}{
		{"size", size}, {"overhead", overhead}, {"waiting", waiting}, {"hand-over", handOver}, {"chain", chain}, {"killed", killed},
	} {
		figures, err := m.measure(wrapper)
		if err != nil {
			return fmt.Errorf("%s: %w", m.what, err)
		}
		for _, f := range figures {
			fmt.Println(f)
		}
	}
	return nil
}
