package main

import (
	"time"

	"orderly.dev/test/bench/cpu"
)

// usedCPU is the processor's time of this program and its children, the API server and etcd, so far.
func usedCPU() (time.Duration, error) {
	byProgram, err := cpu.Used()
	var sum time.Duration
	for _, used := range byProgram {
		sum += used
	}
	return sum, err
}
