package main

import (
	"path"
	"slices"
	"strings"

	"orderly.dev/mutate/contract"
)

// predecessor is another step whose end matters: one that is waited for, a sibling, or one that a sidecar serves. It has ended
// when its marker is there, when its lock is free without one, that is, it was killed, or when the dead file names it.
type predecessor struct {
	// file is its marker file.
	file string
	// guard is its lock as it was last seen, nil where there was none.
	guard *guard
}

// belief says how the ends of other steps are told.
type belief struct {
	// needContent makes an empty marker file count as not there.
	needContent bool
	// restartable makes a free lock no end: the container is started again, and then has a new lock.
	restartable bool
	// dead are the names of steps that ended for good.
	dead []string
	// bell is rung when a lock becomes free.
	bell chan<- struct{}
}

// look returns the marker of a step that has ended, or one in place of it for a step that was killed.
func (p *predecessor) look(b belief) (m contract.Marker, ended bool) {
	if m, ended = readEnd(p.file, b.needContent); ended {
		return m, true
	}
	if slices.Contains(b.dead, p.name()) {
		return p.killed(), true
	}
	if !p.hasGone(b.bell) {
		return contract.Marker{}, false
	}
	// The marker comes before the end, so it may have come since the first look, and is there by now.
	if m, ended = readEnd(p.file, b.needContent); ended {
		return m, true
	}
	return p.killed(), !b.restartable
}

// hasGone reports whether the wrapper was there and is not any more. A lock that has become free may have a successor.
func (p *predecessor) hasGone(bell chan<- struct{}) bool {
	if p.alive() {
		return false
	}
	file := contract.LockFile(p.file)
	if p.guard != nil && p.guard.holds(file) {
		return true
	}
	if p.guard != nil {
		p.guard.close()
	}
	p.guard = openGuard(file, bell)
	return p.guard != nil && !p.alive()
}

// alive reports whether the wrapper is known to live: its end will be told.
func (p *predecessor) alive() bool { return p.guard != nil && !p.guard.free.Load() }

// name is the step's name: its directory is called after it.
func (p *predecessor) name() string { return path.Base(path.Dir(p.file)) }

// killed is what is believed of a step that ended without a marker.
func (p *predecessor) killed() contract.Marker {
	m := failedEnd(p.file, "")
	m.ExitCode = killedCode
	return m
}

// readNames reads a dead file: one name per line.
func readNames(file string) []string {
	if file == "" || !notEmpty(file) {
		return nil
	}
	text, err := readFile(file)
	if err != nil {
		return nil
	}
	return strings.Fields(text)
}
