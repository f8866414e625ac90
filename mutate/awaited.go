package mutate

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/annotation"
	"orderly.dev/mutate/contract"
	"orderly.dev/mutate/dependency"
)

// awaited is all that a Pod waits for, besides its steps for each other and for its sidecars, and the configuration files that are made
// before its containers start. The zero value waits for nothing.
type awaited struct {
	// waits are in the order of the text, each with a timeout.
	waits []wait
	files []configFile
	// held says that what the whole Pod waits for holds it in the queue, see setting_hold.go.
	held bool
	// timeout is how long to wait for what has no timeout of its own, the sidecars too.
	timeout time.Duration
	// whole is what the first steps wait for, or the init container [contract.WaitContainer] where there are none. It is zero for a Pod
	// that is held.
	whole share
	// shares hold, by their names, what single containers wait for by themselves, and get.
	shares map[string]share
	// emulated are the containers with variables of kubernetes-entrypoint, by their names.
	emulated map[string]emulated
}

// wait is one thing that is waited for, with the path of what asks for it.
type wait struct {
	dependency.Entry
	path *field.Path
}

// configFile is a file with the path of what asks for it.
type configFile struct {
	dependency.ConfigFile
	path *field.Path
}

// readAwaited reads what a Pod waits for and which files it gets, whoever asks for it. This is the one place where all of that comes
// together: everything behind it works on waits and files, and does not know who asked.
func readAwaited(s subject, chosen settings) (awaited, field.ErrorList) {
	a := awaited{held: chosen.held, timeout: chosen.waitTimeout}
	waits, errs := readWaitFor(s)
	files, ofFiles := readConfig(s)
	emulation, ofEmulation := readEmulation(s, chosen)
	a.waits, a.files, a.emulated = waits, files, emulation.containers
	clashes := a.join(emulation)
	a.deal()
	return a, slices.Concat(errs, ofFiles, ofEmulation, clashes)
}

// join adds what variables of kubernetes-entrypoint ask for to what annotations do, each thing once. Beyond the number that there may be nothing is
// added: it is going to be denied.
func (a *awaited) join(e emulation) field.ErrorList {
	annotated, made := a.waits, a.files
	for _, w := range e.waits {
		twice := slices.ContainsFunc(annotated, func(before wait) bool { return w.Repeats(before.Entry) })
		if !twice && len(a.waits) <= dependency.MaxEntries {
			a.waits = append(a.waits, w)
		}
	}
	var errs field.ErrorList
	for _, f := range e.files {
		clash := slices.IndexFunc(made, f.clashes)
		switch {
		case clash < 0:
			a.files = append(a.files, f)
		case made[clash].Template() != f.Template():
			errs = append(errs, annotation.Problem{Value: f.Template().Destination, Detail: fmt.Sprintf(
				"the file is made of another template already, by %v; remove one of them", made[clash].path)}.Invalid(f.path))
		}
	}
	return errs
}

// clashes reports whether two files are one in a container.
func (f configFile) clashes(other configFile) bool {
	return f.Template().Destination == other.Template().Destination && slices.ContainsFunc(f.Containers(), func(r dependency.Reference) bool {
		return slices.ContainsFunc(other.Containers(), func(o dependency.Reference) bool { return o.Name == r.Name })
	})
}

// deal gives every wait its timeout, and every container its share.
func (a *awaited) deal() {
	a.shares = map[string]share{}
	for name := range a.emulated {
		a.shares[name] = share{} // also where there is nothing to wait for, the program is to be replaced
	}
	for i := range a.waits {
		w := &a.waits[i]
		w.Entry = w.WithTimeout(a.timeout)
		if w.HoldsPod() && !a.held {
			a.whole.add(w.Entry)
		}
		for _, waiter := range w.Waiters() {
			own := a.shares[waiter.Name]
			own.add(w.Entry)
			a.shares[waiter.Name] = own
		}
	}
	for _, f := range a.files {
		for _, getter := range f.Containers() {
			own := a.shares[getter.Name]
			own.templates = append(own.templates, f.Template())
			a.shares[getter.Name] = own
		}
	}
}

// share is what one container waits for by itself, and the files that are made for it.
type share struct {
	// gated says that the companion loop judges something of it, and opens a gate.
	gated bool
	// sockets, files and addresses are found out by the wrapper.
	sockets, files, addresses []string
	// timeout is the longest of all.
	timeout   time.Duration
	templates []contract.Template
}

func (s *share) add(e dependency.Entry) {
	switch e.Kind() {
	case dependency.Socket:
		s.sockets = append(s.sockets, e.Path())
	case dependency.File:
		s.files = append(s.files, e.Path())
	case dependency.TCP:
		s.addresses = append(s.addresses, e.Address())
	default:
		s.gated = true
	}
	s.timeout = max(s.timeout, e.Timeout())
}

// looksInside reports whether the wrapper itself has something to find out.
func (s share) looksInside() bool { return len(s.sockets)+len(s.files)+len(s.addresses) > 0 }

// waits reports whether there is anything to wait for, rather than only files.
func (s share) waits() bool { return s.gated || s.looksInside() }

// any reports whether there is anything that waits or is made, so that a container of the Pod is run by Orderly, or the Pod is held.
func (a awaited) any() bool { return len(a.waits)+len(a.shares) > 0 }

// by is the share of a container.
func (a awaited) by(container string) share { return a.shares[container] }

// concerns reports whether a container has a share, so that it is run by the wrapper.
func (a awaited) concerns(container string) bool {
	_, has := a.shares[container]
	return has
}

// judged are the entries that the companion loop has to judge. Each is a gate for somebody.
func (a awaited) judged() []dependency.Entry {
	var entries []dependency.Entry
	for _, w := range a.waits {
		if !w.Kind().Inside() {
			entries = append(entries, w.Entry)
		}
	}
	return entries
}

// gates names the containers that have a gate of their own, in alphabetical order.
func (a awaited) gates() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(a.shares)), func(name string) bool { return !a.shares[name].gated })
}
