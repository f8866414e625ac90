package main

import (
	"slices"

	"orderly.dev/mutate/contract"
)

// expectation is a list of steps whose ends are waited for. What has been seen once is not looked at again: a marker is final.
type expectation struct {
	// running are the steps that have not ended, whether they have begun or not.
	running []*predecessor
	// ended are the markers of those that have.
	ended []contract.Marker
}

// expect expects the ends of the steps with these marker files.
func expect(files []string) expectation {
	var e expectation
	for _, f := range files {
		e.running = append(e.running, &predecessor{file: f})
	}
	return e
}

// look looks for ends.
func (e *expectation) look(b belief) {
	e.running = slices.DeleteFunc(e.running, func(p *predecessor) bool {
		m, ended := p.look(b)
		if ended {
			e.ended = append(e.ended, m)
		}
		return ended
	})
}

// allEnded reports whether every step has ended.
func (e *expectation) allEnded() bool { return len(e.running) == 0 }

// isServed reports whether there were such steps and all have ended.
func (e *expectation) isServed() bool { return len(e.ended) > 0 && e.allEnded() }

// unguarded lists the steps that are not known to live while none of the others is: the next thing that happens is that one of them
// begins. While another one runs there is no hurry to notice that.
func (e *expectation) unguarded() []*predecessor {
	if slices.ContainsFunc(e.running, (*predecessor).alive) {
		return nil
	}
	return e.running
}
