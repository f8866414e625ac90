package main

import (
	"os"
	"os/exec"
	"time"

	"orderly.dev/mutate/contract"
	"orderly.dev/test/bench/figure"
)

func size(wrapper string) ([]figure.Figure, error) {
	info, err := os.Stat(wrapper)
	if err != nil {
		return nil, err
	}
	return []figure.Figure{figure.New("entrypoint_size_bytes", float64(info.Size()), "bytes")}, nil
}

// overhead runs a command without the wrapper and with it, in turn.
func overhead(wrapper string) ([]figure.Figure, error) {
	const runs = 300
	var bare, gate, step []time.Duration
	for range runs {
		p, err := newPod(wrapper)
		if err != nil {
			return nil, err
		}
		asGate := contract.Options{Entrypoint: "/bin/true"}
		asStep := contract.Options{Entrypoint: "/bin/true", Step: "only", PostFile: p.volume + "/done"}
		for _, kind := range []struct {
			took *[]time.Duration
			cmd  *exec.Cmd
		}{
			{&bare, exec.Command("/bin/true")},
			{&gate, exec.Command(wrapper, asGate.Words()...)},
			{&step, exec.Command(wrapper, asStep.Words()...)},
		} {
			start := time.Now()
			if err := kind.cmd.Run(); err != nil {
				return nil, err
			}
			*kind.took = append(*kind.took, time.Since(start))
		}
		if err := p.remove(); err != nil {
			return nil, err
		}
	}
	without := quantile("", median, bare).Value
	return []figure.Figure{
		figure.New("entrypoint_overhead_ms", quantile("", median, step).Value-without, "ms"),
		figure.New("entrypoint_gate_overhead_ms", quantile("", median, gate).Value-without, "ms"),
	}, nil
}
