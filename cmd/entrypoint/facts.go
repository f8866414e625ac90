package main

import (
	"path"
	"slices"
	"strings"

	"orderly.dev/mutate/contract"
)

// facts is what a wrapper has seen so far of the files around it. What has been seen once is not looked at again: a gate that
// has opened stays open, a marker is final, and a cancel cannot be taken back.
type facts struct {
	options contract.Options
	// before are the steps that come before this one.
	before expectation
	// siblings are the steps whose failure ends this one.
	siblings expectation
	// served are the steps that a sidecar serves.
	served expectation
	// closed are the gates that have not opened: files of the downward API that are still empty.
	closed []string
	// cancelled says that the Pod's cancel was seen; reason is what it says.
	cancelled bool
	reason    string
	// bell is rung by whatever there is a reason to look for.
	bell chan struct{}
}

// newFacts has not looked yet.
func newFacts(o contract.Options) *facts {
	f := &facts{
		options: o, closed: slices.Clone(o.ReadyFiles), bell: make(chan struct{}, 1),
		before: expect(o.WaitFiles), served: expect(o.StopFiles),
	}
	if o.RunIf == "" || o.RunIf == contract.RunOnSuccess {
		f.siblings = expect(o.SiblingFiles)
	}
	return f
}

// look looks at the files.
func (f *facts) look() {
	f.lookForCancel()
	f.closed = slices.DeleteFunc(f.closed, notEmpty)
	if f.before.allEnded() && f.siblings.allEnded() && f.served.allEnded() {
		return
	}
	b := belief{restartable: f.options.Restartable, dead: readNames(f.options.DeadFile), bell: f.bell}
	f.siblings.look(b)
	f.served.look(b)
	b.needContent = f.options.WaitFileContent
	f.before.look(b)
}

// maxReason bounds the reason of a cancel in what the wrapper prints, in bytes.
const maxReason = 1 << 10

func (f *facts) lookForCancel() {
	for _, file := range f.options.CancelFiles {
		if f.cancelled || !notEmpty(file) {
			continue
		}
		text, _ := readFile(file)
		f.cancelled = true
		f.reason = strings.Join(strings.Fields(text[:min(len(text), maxReason)]), " ")
	}
}

// begin forgets what counts only before the command has begun.
func (f *facts) begin() {
	f.before, f.closed = expectation{}, nil
	if f.options.StopBy == contract.StopByKubelet {
		f.served = expectation{}
	}
}

// cause is what ends a command that runs.
func (f *facts) cause() cause {
	switch {
	case f.served.isServed():
		return served
	case f.cancelled:
		return cancelled
	case len(failedSiblings(f.siblings.ended)) > 0:
		return siblingFailed
	}
	return none
}

// pending reports whether anything can still be seen.
func (f *facts) pending() bool {
	return len(f.options.CancelFiles) > 0 && !f.cancelled ||
		len(f.closed) > 0 || !f.before.allEnded() || !f.siblings.allEnded() || !f.served.allEnded()
}

// told counts what inotify should tell of.
func (f *facts) told() int { return len(f.closed) + len(f.before.unguarded()) }

// directories lists where that will appear.
func (f *facts) directories() []string {
	var list []string
	for _, gate := range f.closed {
		list = append(list, path.Dir(gate))
	}
	for _, p := range f.before.unguarded() {
		list = append(list, path.Dir(p.file))
	}
	slices.Sort(list)
	return slices.Compact(list)
}
