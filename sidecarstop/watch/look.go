package watch

import (
	"cmp"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"orderly.dev/mutate/dependency"
	"orderly.dev/sidecarstop/gate"
)

// part is what somebody looks at of what a watch shows: the Pods of the node of that name, or everything.
type part string

const (
	everything part = ""
	// nowhere is for a Pod that has no node yet and waits for something on its own. No node has such a name.
	nowhere part = "/"
)

// podKind is the only one of which there are parts.
var podKind = corev1.SchemeGroupVersion.WithKind("Pod")

// partFor is what an entry of a Pod needs of an interest.
func partFor(pod *corev1.Pod, entry dependency.Entry, interest gate.Interest) part {
	if entry.NeedsNode() && interest.Kind == podKind && interest.Form == gate.Whole {
		return cmp.Or(part(pod.Spec.NodeName), nowhere)
	}
	return everything
}

// waiter is a Pod that looks at something.
type waiter struct {
	name types.NamespacedName
	// holds are few, at most some for each of 32 entries, so a list is searched as fast as a map and is smaller.
	holds []hold
}

// hold is that a waiter looks at a part of a watch.
type hold struct {
	watch *watch
	part  part
}

// look is one call of [Watches.Look]. The lock of the watches is held for all of it.
type look struct {
	watches *Watches
	waiter  *waiter
	sight   gate.Sight
	// parts are the interests that were found so far.
	parts map[gate.Interest]part
}

// widen adds what the entries need given what is seen already, and reports whether that was more than before. What is seen of an interest stays
// the same during one look but for the part, so it comes to an end.
func (l look) widen(pod *corev1.Pod, entries []dependency.Entry) bool {
	more := false
	for _, entry := range entries {
		for _, interest := range gate.Interests(entry, pod, l.sight) {
			needed := partFor(pod, entry, interest)
			before, known := l.parts[interest]
			// A Pod has one node, so a part that is another one than before is everything.
			if known && (before == needed || before == everything) {
				continue
			}
			more = true
			l.parts[interest] = needed
			if seen, listed := l.watches.see(l.waiter, interest, needed); listed {
				l.sight[interest] = seen
			}
		}
	}
	return more
}

// see lets a waiter look at a part of what is watched for an interest.
func (w *Watches) see(waiting *waiter, interest gate.Interest, needed part) (gate.Seen, bool) {
	watch, obstacle := w.room(interest, waiting.name.Namespace)
	if obstacle != "" {
		w.refused[waiting.name] = struct{}{}
		return gate.Seen{Obstacle: obstacle}, true
	}
	if watch == nil {
		watch = w.newWatch(interest)
		w.watches[interest] = watch
		w.open(watch)
	}
	w.take(waiting, hold{watch, needed})
	return watch.objects.seen(needed)
}

// remember keeps a waiter while it looks at something.
func (w *Watches) remember(waiting *waiter) {
	if len(waiting.holds) == 0 {
		delete(w.waiters, waiting.name)
		return
	}
	w.waiters[waiting.name] = waiting
}

// whoLooksAt are the Pods that look at what changed.
func (w *Watches) whoLooksAt(all map[*watch]change) []types.NamespacedName {
	w.mu.Lock()
	defer w.mu.Unlock()
	var pods []types.NamespacedName
	for watch, change := range all {
		for part, waiters := range watch.waiters {
			if !change.concerns(part) {
				continue
			}
			for waiting := range waiters {
				pods = append(pods, waiting.name)
			}
		}
	}
	return pods
}
