package main

import (
	"strings"
	"time"
)

// A wrapper that waits for long says what for, so that the container's log is not empty while somebody wonders.

// When it says so: after the first, then after each of the next.
const (
	firstNotice = 30 * time.Second
	nextNotice  = 5 * time.Minute
)

// patienceOf is the time of the next notice.
type patienceOf struct{ next time.Time }

func startPatience(now time.Time) patienceOf { return patienceOf{now.Add(firstNotice)} }

// isOver reports whether it is time for a notice.
func (p *patienceOf) isOver(now time.Time) bool {
	if now.Before(p.next) {
		return false
	}
	p.next = now.Add(nextNotice)
	return true
}

// whatFor tells what a container waits for: steps, and gates once they are all that is missing.
func (w *waiting) whatFor() string {
	var steps, unborn []string
	for _, p := range w.facts.before.running {
		if p.alive() {
			steps = append(steps, p.name())
		} else {
			unborn = append(unborn, p.name())
		}
	}
	var parts []string
	if len(steps) > 0 {
		parts = append(parts, "for the end of "+listed(steps))
	}
	if len(unborn) > 0 {
		parts = append(parts, "for the start of "+listed(unborn))
	}
	if gates := w.closed(); len(gates) > 0 {
		parts = append(parts, "for "+listed(gates))
	}
	return strings.Join(parts, " and ")
}

func listed(names []string) string { return strings.Join(names, ", ") }
