package main

import (
	"path"
	"slices"

	"orderly.dev/mutate/contract"
)

// expectation is what is waited for. What has been seen once is not looked at again: a gate that has opened stays
// open, and a marker is final.
type expectation struct {
	// closed are the gates that have not opened: files of the downward API that are still empty.
	closed []string
	// running are the marker files of the steps that have not ended.
	running []string
	// ended are the markers of those that have.
	ended []contract.Marker
	// needContent makes an empty marker file count as not there.
	needContent bool
}

// look looks at the files and reports whether any of them brought something new.
func (e *expectation) look() bool {
	missing := len(e.closed) + len(e.running)
	e.closed = slices.DeleteFunc(e.closed, notEmpty)
	e.running = slices.DeleteFunc(e.running, e.hasEnded)
	return len(e.closed)+len(e.running) < missing
}

func (e *expectation) hasEnded(file string) bool {
	m, found := readEnd(file, e.needContent)
	if found {
		e.ended = append(e.ended, m)
	}
	return found
}

// gatesOpen reports whether every gate has opened.
func (e *expectation) gatesOpen() bool { return len(e.closed) == 0 }

// allEnded reports whether every step has ended.
func (e *expectation) allEnded() bool { return len(e.running) == 0 }

// directories lists where the missing files will appear.
func (e *expectation) directories() []string {
	var list []string
	for _, files := range [][]string{e.closed, e.running} {
		for _, f := range files {
			list = append(list, path.Dir(f))
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}
