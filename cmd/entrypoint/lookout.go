package main

import (
	"slices"
	"time"
)

// lookout looks at what is expected whenever there is a reason to: something changed in a directory, or it is time again.
type lookout struct {
	expected []*expectation
	watcher  *watcher    // nil while it is not needed, and when inotify does not work
	timer    *time.Timer // nil before settle
	pace     pace
}

// newLookout has looked once. It takes no inotify instance before [lookout.settle], because mostly there is no need.
func newLookout(expected ...*expectation) *lookout {
	l := &lookout{expected: expected}
	for _, e := range expected {
		e.look()
	}
	return l
}

// settle begins the watch, if it has not begun. What appeared since the last look is seen now, later changes are told by
// changed and due.
func (l *lookout) settle() {
	if l.timer != nil {
		return
	}
	watcher, err := openWatcher()
	if err != nil {
		l.pace.quick = true
	} else {
		l.watcher = watcher
	}
	l.timer = time.NewTimer(l.pace.interval())
	l.look()
}

// look watches the directories of what is still missing, those that have come into being since the last time included,
// and then looks at the files. The order matters: what appears after the look is an event.
func (l *lookout) look() (news bool) {
	for _, e := range l.expected {
		for _, directory := range e.directories() {
			l.cover(directory)
		}
		if e.look() {
			news = true
		}
	}
	return news
}

// cover does without inotify for good as soon as it refuses one directory: ENOSPC says that the user's watches are used up.
func (l *lookout) cover(directory string) {
	if l.watcher == nil || l.watcher.cover(directory) == nil {
		return
	}
	l.dismiss()
	l.pace.quick = true
}

// changed delivers when to call [lookout.look]. Never, without a watch.
func (l *lookout) changed() <-chan struct{} {
	if l == nil || l.watcher == nil {
		return nil
	}
	return l.watcher.changed
}

// due delivers when to call [lookout.tick].
func (l *lookout) due() <-chan time.Time {
	if l == nil || l.timer == nil {
		return nil
	}
	return l.timer.C
}

// onItsWay is how long an event may be between the kernel and the lookout when a tick finds the change first.
const onItsWay = 20 * time.Millisecond

// tick looks although nothing was told. If there is something new, inotify should have told: where it does not even do
// so late, it is not to be trusted again.
func (l *lookout) tick() {
	if l.look() && l.watcher != nil && l.missing() {
		select {
		case <-l.watcher.changed:
		case <-time.After(onItsWay):
			l.pace.quick = true
		}
	}
	l.timer.Reset(l.pace.interval())
}

// missing reports whether there is anything left to wait for.
func (l *lookout) missing() bool {
	return slices.ContainsFunc(l.expected, func(e *expectation) bool { return !e.gatesOpen() || !e.allEnded() })
}

// close ends the watch; it may be closed twice. Where a command runs, it must have been started before. If the inotify
// instance were given back while the command is being forked, the command's copy of it could be the last, and the
// command would have to wait for the kernel (see [watcher.close]).
func (l *lookout) close() {
	l.dismiss()
	if l.timer != nil {
		l.timer.Stop()
	}
}

// dismiss does without inotify from now on.
func (l *lookout) dismiss() {
	if l.watcher != nil {
		l.watcher.close()
		l.watcher = nil
	}
}
