package main

import (
	"errors"
	"os"
	"syscall"
	"time"

	"orderly.dev/mutate/contract"
	"orderly.dev/test/bench/figure"
)

// repeat measures the same thing often, each time in a Pod of its own.
func repeat(wrapper string, runs int, once func(*pod) (time.Duration, error)) ([]time.Duration, error) {
	var all []time.Duration
	for range runs {
		p, err := newPod(wrapper)
		if err != nil {
			return nil, err
		}
		took, err := once(p)
		if err := errors.Join(err, p.remove()); err != nil {
			return nil, err
		}
		all = append(all, took)
	}
	return all, nil
}

// handOver measures from the end of a step, as its marker tells it, to the command of the next.
func handOver(wrapper string) ([]figure.Figure, error) {
	const runs = 500
	took, err := repeat(wrapper, runs, (*pod).handOver)
	if err != nil {
		return nil, err
	}
	clocks, err := repeat(wrapper, runs, func(*pod) (time.Duration, error) { return bareClock() })
	if err != nil {
		return nil, err
	}
	return []figure.Figure{
		quantile("bare_clock_ms", median, clocks), quantile("handoff_p50_ms", median, took), quantile("handoff_p99_ms", worst, took),
	}, nil
}

// bareClock measures how long the command that reads the clock takes until it has.
func bareClock() (time.Duration, error) {
	o := tellTime(contract.Options{})
	start := time.Now()
	c, err := launch(o.Entrypoint, o.Args)
	if err != nil {
		return 0, err
	}
	read, err := readTime(c)
	c.end()
	return read.Sub(start), err
}

func (p *pod) handOver() (time.Duration, error) {
	first, err := p.startWorking("first")
	if err != nil {
		return 0, err
	}
	second, err := p.startWaiting(tellTime(contract.Options{Step: "second", WaitFiles: []string{p.marker("first")}}))
	if err != nil {
		return 0, err
	}
	if err := first.finish(); err != nil {
		return 0, err
	}
	began, err := readTime(second)
	if err != nil {
		return 0, err
	}
	text, err := os.ReadFile(p.marker("first"))
	if err != nil {
		return 0, err
	}
	marker, err := contract.DecodeMarker(string(text))
	return began.Sub(marker.FinishedAt), errors.Join(err, second.exited())
}

// chain measures 20 steps of nothing from the opening of the gate before them.
func chain(wrapper string) ([]figure.Figure, error) {
	const runs = 30
	took, err := repeat(wrapper, runs, (*pod).chain)
	if err != nil {
		return nil, err
	}
	return []figure.Figure{quantile("chain20_ms", median, took)}, nil
}

func (p *pod) chain() (time.Duration, error) {
	steps, err := p.startChain(20)
	if err != nil {
		return 0, err
	}
	start := time.Now()
	if err := p.openGate(); err != nil {
		return 0, err
	}
	last := steps[len(steps)-1]
	err = last.exited()
	return time.Since(start), err
}

// killed measures from the moment before a step's wrapper is killed to the command of one that runs whatever happened.
func killed(wrapper string) ([]figure.Figure, error) {
	const runs = 500
	took, err := repeat(wrapper, runs, (*pod).killed)
	if err != nil {
		return nil, err
	}
	return []figure.Figure{quantile("killed_noticed_p50_ms", median, took), quantile("killed_noticed_p99_ms", worst, took)}, nil
}

func (p *pod) killed() (time.Duration, error) {
	first, err := p.startWorking("first")
	if err != nil {
		return 0, err
	}
	always := contract.Options{Step: "second", WaitFiles: []string{p.marker("first")}, RunIf: contract.RunAlways}
	second, err := p.startWaiting(tellTime(always))
	if err != nil {
		return 0, err
	}
	start := time.Now()
	if err := first.cmd.Process.Signal(syscall.SIGKILL); err != nil {
		return 0, err
	}
	began, err := readTime(second)
	return began.Sub(start), errors.Join(err, second.exited())
}
