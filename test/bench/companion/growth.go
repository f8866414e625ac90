package main

import (
	"context"
	"slices"
	"syscall"
	"time"

	"orderly.dev/test/bench/figure"
)

// growth measures memory and flips with no Pod, few and many.
func (b *bench) growth(ctx context.Context) error {
	base, err := b.settledMemory(ctx)
	if err != nil {
		return err
	}
	show(figure.New("companion_base_rss_mb", base, "MiB"))
	own, err := b.audit.watches()
	if err != nil {
		return err
	}
	atFew, p50Few, err := b.measureAmong(ctx, few, "1k_")
	if err != nil {
		return err
	}
	atMany, p50Many, err := b.measureAmong(ctx, many, "10k_")
	if err != nil {
		return err
	}
	show(figure.New("companion_rss_ratio", (atMany-base)/many/((atFew-base)/few), "ratio"))
	for i, p := range paces {
		show(figure.New("ready_flip_"+p.name+"10k_ratio", p50Many[i]/p50Few[i], "ratio"))
	}
	if err := b.memoryAfterStart(ctx); err != nil {
		return err
	}
	return b.watches(len(own))
}

// measureAmong measures with so many Pods present, and returns the memory in MiB and the median of a flip in milliseconds, by pace.
func (b *bench) measureAmong(ctx context.Context, present int, name string) (memory float64, p50 []float64, err error) {
	if err := b.grow(ctx, b.present, present, progress{}); err != nil {
		return 0, nil, err
	}
	if memory, err = b.settledMemory(ctx); err != nil {
		return 0, nil, err
	}
	show(figure.New("companion_"+name+"rss_mb", memory, "MiB"))
	if present == few {
		name = "" // what the aims are about
	}
	for _, p := range paces {
		one, err := b.flips(ctx, "ready_flip_"+p.name+name, p)
		if err != nil {
			return 0, nil, err
		}
		p50 = append(p50, one)
	}
	return memory, p50, nil
}

// memoryAfterStart starts the companion again, which then is told of all Pods at once.
func (b *bench) memoryAfterStart(ctx context.Context) error {
	if err := b.replica.end(syscall.SIGTERM); err != nil {
		return err
	}
	again, err := b.startReplica(ctx, b.binary, b.replica.name)
	if err != nil {
		return err
	}
	b.replica = again
	settled, err := b.settledMemory(ctx)
	if err != nil {
		return err
	}
	peak, err := b.replica.memory("VmHWM")
	show(figure.New("companion_10k_start_rss_mb", settled, "MiB"), figure.New("companion_10k_start_peak_mb", peak, "MiB"))
	return err
}

// settledMemory is the resident memory when it has changed by less than 1 MiB for a while, or after some time, in MiB.
func (b *bench) settledMemory(ctx context.Context) (float64, error) {
	const while, atMost, step = 6, 20, time.Second
	if err := b.quiet(ctx); err != nil {
		return 0, err
	}
	var last []float64
	for range atMost {
		memory, err := b.replica.memory("VmRSS")
		if err != nil {
			return 0, err
		}
		last = append(last, memory)
		if len(last) >= while {
			recent := last[len(last)-while:]
			if slices.Max(recent)-slices.Min(recent) < 1 {
				break
			}
		}
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-time.After(step):
		}
	}
	return last[len(last)-1], nil
}
