package main

import "time"

// pace is how often the files are looked at without being told to. Where inotify works this is a mere safety net. Where
// it does not (no instance or watch left, a sandbox that is silent) it is what everything hangs on, so it gets
// quicker, and stays so. The zero value is the safety net.
type pace struct{ quick bool }

const (
	safetyTick = time.Second
	quickTick  = 100 * time.Millisecond
)

func (p pace) interval() time.Duration {
	if p.quick {
		return quickTick
	}
	return safetyTick
}
