package dependency

import (
	"maps"
	"slices"
	"time"

	"orderly.dev/mutate/annotation"
)

// Entry is one thing that must be true before something runs. It is only made by [Parse] and [ParseKubernetesEntrypoint], so whoever holds one
// need not check it again. Which of its methods mean something depends on the kind; the others return nothing.
type Entry struct {
	kind      Kind
	namespace string
	// target is the name of an object or a container, a path, or an address.
	target     string
	labels     map[string]string
	sameNode   bool
	apiVersion string
	objectKind string
	fields     []Field
	conditions []Condition
	waiters    []Reference
	timeout    time.Duration
	place      annotation.Position
}

// Reference is the name of a container with the place where it was written.
type Reference = annotation.Reference

// Kind says what the entry waits for.
func (e Entry) Kind() Kind { return e.kind }

// Namespace is where the object is; empty for the Pod's own namespace.
func (e Entry) Namespace() string { return e.namespace }

// Name is that of the object, or of the container. It is empty for a Pod, for a Job that is meant by labels, and for a socket, a file and
// an address.
func (e Entry) Name() string {
	if e.kind.Inside() {
		return ""
	}
	return e.target
}

// Labels are those that a Job or a Pod must have, all of them, at least one; nil for anything else, and for a Job that has a name.
func (e Entry) Labels() map[string]string { return maps.Clone(e.labels) }

// SameNode reports whether only Pods on this Pod's node count.
func (e Entry) SameNode() bool { return e.sameNode }

// APIVersion is that of a [Resource], such as stable.example.com/v1.
func (e Entry) APIVersion() string { return e.apiVersion }

// ObjectKind is the kind of a [Resource], such as Foo.
func (e Entry) ObjectKind() string { return e.objectKind }

// Fields are what must stand in a [Resource].
func (e Entry) Fields() []Field { return slices.Clone(e.fields) }

// Conditions are those that a [Resource] must have.
func (e Entry) Conditions() []Condition { return slices.Clone(e.conditions) }

// Path is that of a [Socket] or a [File], absolute and clean.
func (e Entry) Path() string {
	if e.kind == Socket || e.kind == File {
		return e.target
	}
	return ""
}

// Address is the HOST:PORT of a [TCP] entry.
func (e Entry) Address() string {
	if e.kind == TCP {
		return e.target
	}
	return ""
}

// Waiters are the containers that wait, each once. None means the whole Pod.
func (e Entry) Waiters() []Reference { return slices.Clone(e.waiters) }

// Holds reports whether the entry is for that container by name, rather than for the whole Pod or for others.
func (e Entry) Holds(container string) bool {
	return annotation.Names(e.waiters, container)
}

// HoldsPod reports whether the entry is for the whole Pod.
func (e Entry) HoldsPod() bool { return len(e.waiters) == 0 }

// NeedsNode reports whether it can only be judged when the Pod has a node, so that a Pod which waits for it cannot be held in the queue.
func (e Entry) NeedsNode() bool { return e.sameNode || e.kind == DaemonSet || e.kind.OfPod() }

// Timeout is how long to wait; 0 where the entry does not say it and the Pod's default holds.
func (e Entry) Timeout() time.Duration { return e.timeout }

// WithTimeout gives the entry with that timeout, which is above zero, where it says none itself.
func (e Entry) WithTimeout(timeout time.Duration) Entry {
	if e.timeout == 0 {
		e.timeout = timeout
	}
	return e
}

// Place is where the target stands in the annotation.
func (e Entry) Place() annotation.Position { return e.place }
