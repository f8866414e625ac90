package mutate

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/annotation"
	"orderly.dev/mutate/dependency"
)

// checkWaiters: whoever is named to wait for something, or to get a file, is a container that the wrapper can run: a regular one, or a native
// sidecar. An ordinary init container cannot be, because the Pod's other containers wait for its end anyway.
func checkWaiters(s subject, d decision) field.ErrorList {
	if len(d.awaited.waits)+len(d.awaited.files) == 0 {
		return nil
	}
	c := newWaiterChecker(s, d)
	for _, w := range d.awaited.waits {
		c.check(w.path, w.Waiters())
	}
	for _, f := range d.awaited.files {
		c.hint = filesHint
		c.check(f.path, f.Containers())
	}
	return c.errs
}

const (
	stepHint  = "make it a step, or a native sidecar (restartPolicy: Always)"
	wholeHint = "leave for out, and the whole Pod waits, this one too"
	filesHint = "files are made only for what the wrapper runs, regular containers and native sidecars"
)

// waiterChecker finds names that cannot wait.
type waiterChecker struct {
	// waiters are the names of the containers that can wait, initial those of the init containers that cannot.
	waiters, initial []string
	// hint says what to do instead of naming an init container.
	hint string
	errs field.ErrorList
}

func newWaiterChecker(s subject, d decision) *waiterChecker {
	c := &waiterChecker{waiters: containerNames(s.spec.Containers), hint: stepHint}
	if !d.plan.any() {
		c.hint = wholeHint
	}
	for i := range s.spec.InitContainers {
		switch init := &s.spec.InitContainers[i]; {
		case isOurs(init):
		case isNative(init), d.awaited.isInitial(init.Name):
			c.waiters = append(c.waiters, init.Name)
		default:
			c.initial = append(c.initial, init.Name)
		}
	}
	return c
}

func (c *waiterChecker) check(path *field.Path, named []dependency.Reference) {
	for _, r := range named {
		switch {
		case slices.Contains(c.waiters, r.Name):
		case slices.Contains(c.initial, r.Name):
			c.refuse(path, r, "this is an init container, which cannot be named here; "+c.hint)
		default:
			c.refuse(path, r, "no container has this name"+nearest(c.errs, r.Name, c.waiters)+"; those that can be named are "+enumerate(c.waiters))
		}
	}
}

func (c *waiterChecker) refuse(path *field.Path, at dependency.Reference, detail string) {
	c.errs = append(c.errs, annotation.Problem{Place: at.Place, Value: at.Name, Detail: detail}.Invalid(path))
}

// nearest proposes a name, unless there are more problems already than anybody reads.
func nearest(problems field.ErrorList, name string, candidates []string) string {
	if len(problems) >= maxProblems {
		return ""
	}
	return annotation.DidYouMean(name, candidates)
}

// refuse is a problem of what is waited for, with the place where it stands.
func (w wait) refuse(detail string) *field.Error {
	return annotation.Problem{Place: w.Place(), Value: w.Name(), Detail: detail}.Invalid(w.path)
}

// checkAwaitedContainers: a container that is waited for is one of the Pod, or has the name of one that another webhook adds: that webhook may be
// called after this one, and then all is judged again. Where it adds nothing the companion loop says so.
//
// What the whole Pod waits for in an init container runs before that: it is one of the native sidecars that come first.
func checkAwaitedContainers(s subject, d decision) field.ErrorList {
	if len(d.awaited.waits) == 0 {
		return nil
	}
	var errs field.ErrorList
	names := slices.Concat(containerNames(s.spec.Containers), usersInitNames(s.spec))
	for _, w := range d.awaited.waits {
		if w.Kind() != dependency.Container {
			continue
		}
		switch there := slices.Contains(names, w.Name()); {
		case !there && d.config.isKnownSidecar(w.Name()):
		case !there:
			errs = append(errs, w.refuse("no container has this name"+nearest(errs, w.Name(), names)+"; the containers are "+enumerate(names)))
		case d.startsTooLate(s.spec, w):
			errs = append(errs, w.refuse("the whole Pod waits in an init container, and this container starts behind that, so none of them would "+
				"ever start; name the containers that wait in for, or wait for a native sidecar that stands before all other init containers"))
		}
	}
	return errs
}

// usersInitNames lists the init containers that Orderly did not add.
func usersInitNames(spec *corev1.PodSpec) []string {
	var names []string
	for i := range spec.InitContainers {
		if c := &spec.InitContainers[i]; !isOurs(c) {
			names = append(names, c.Name)
		}
	}
	return names
}

// startsTooLate reports whether the whole Pod waits, in an init container, for a container behind that.
func (d decision) startsTooLate(spec *corev1.PodSpec, w wait) bool {
	return d.needsWaiter() && w.HoldsPod() && !slices.Contains(usersInitNames(spec)[:leadingNatives(spec)], w.Name())
}
