package main

import (
	"slices"
	"time"
)

// lookout looks at the facts whenever there is a reason to: a lock became free, something changed in a directory, or it is time
// again. It holds an inotify instance only while something is missing of which nothing else can tell, a gate that is closed or a
// step that has no lock yet, and none while the command runs: a user has 128 of them, and root's are shared with the kubelet.
type lookout struct {
	facts   *facts
	watcher *watcher // nil while it is not needed, and when inotify does not work
	alarm   *alarm   // nil before settle
	// rang tells that the alarm did.
	rang chan struct{}
	pace pace
	// running says that the command runs.
	running bool
}

// newLookout has looked once. It takes no inotify instance before [lookout.settle], because mostly there is no need.
func newLookout(f *facts) *lookout {
	f.look()
	return &lookout{facts: f, rang: make(chan struct{}, 1)}
}

// settle begins the watch. What appeared since the last look is seen now, later changes are told by changed and due.
func (l *lookout) settle() {
	l.alarm = newAlarm(l.rang)
	l.alarm.set(safetyTick)
	l.look()
}

// patrol goes on while the command runs, with what matters then. Call it once the command has been started, see [lookout.dismiss].
func (l *lookout) patrol() {
	l.facts.begin()
	l.running = true
	l.dismiss()
	if l.facts.pending() {
		if l.alarm == nil {
			l.alarm = newAlarm(l.rang)
		}
		l.alarm.set(l.pace.interval())
	} else if l.alarm != nil {
		l.alarm.set(0)
	}
}

// look looks at the facts.
func (l *lookout) look() {
	l.see()
	l.spare()
}

// spare gives an instance back that is not needed any more, unless nothing is missing: then the command is about to start.
func (l *lookout) spare() {
	if l.watcher != nil && l.facts.told() == 0 && !l.facts.before.allEnded() {
		l.dismiss()
	}
}

// see looks, watches the directories of what is missing, and looks again, until there is none that was not watched before the
// last look. What appears after that is an event. Directories that have come into being are so noticed, too.
func (l *lookout) see() {
	for covered := []string(nil); ; {
		l.facts.look()
		if l.alarm == nil || l.running {
			return
		}
		wanted := l.facts.directories()
		if !slices.ContainsFunc(wanted, func(d string) bool { return !slices.Contains(covered, d) }) {
			return
		}
		for _, directory := range wanted {
			l.cover(directory)
		}
		covered = wanted
	}
}

// cover does without inotify for good as soon as it refuses: EMFILE says that the user's instances are used up, ENOSPC the watches.
func (l *lookout) cover(directory string) {
	if l.watcher == nil && !l.pace.quick {
		l.watcher, _ = openWatcher(l.facts.bell)
	}
	if l.watcher != nil && l.watcher.cover(directory) == nil {
		return
	}
	l.dismiss()
	if !l.pace.quick {
		l.hurry()
	}
}

// changed delivers when to call [lookout.look].
func (l *lookout) changed() <-chan struct{} { return l.facts.bell }

// due delivers when to call [lookout.tick].
func (l *lookout) due() <-chan struct{} { return l.rang }

// onItsWay is how long an event may be between the kernel and the lookout when a tick finds the change first.
const onItsWay = 20 * time.Millisecond

// tick looks although nothing was told. If something is there that inotify should have told of, and does not even tell
// late, it is not to be trusted again. The next tick comes after at most limit.
func (l *lookout) tick(limit time.Duration) {
	missing, watched := l.facts.told(), l.watcher != nil
	l.see()
	if watched && l.facts.told() < missing && l.facts.pending() {
		select {
		case <-l.facts.bell:
		case <-time.After(onItsWay):
			l.pace.quick = true
		}
	}
	l.spare()
	if l.running && !l.facts.pending() {
		return
	}
	l.alarm.set(min(l.pace.interval(), limit))
}

// hurry makes the ticks quick for good, the next one too.
func (l *lookout) hurry() {
	l.pace.quick = true
	l.alarm.set(quickTick)
}

// within makes the next tick come after at most limit.
func (l *lookout) within(limit time.Duration) {
	if limit < l.pace.interval() {
		l.alarm.set(limit)
	}
}

// dismiss does without inotify from now on. Where a command runs, it must have been started before. If the instance were given
// back while the command is being forked, the command's copy of it could be the last, and the command would have to wait for the
// kernel (see [watcher.close]).
func (l *lookout) dismiss() {
	if l.watcher != nil {
		l.watcher.close()
		l.watcher = nil
	}
}
