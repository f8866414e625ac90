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

// insideTick is the time until the next look at what is inside the container, of which nothing tells, after it was waited for so
// long: at first it is noticed within [quickTick], then after at most a hundredth of the wait more, and within [safetyTick].
func insideTick(waited time.Duration) time.Duration {
	return min(max(waited/100, quickTick), safetyTick)
}
