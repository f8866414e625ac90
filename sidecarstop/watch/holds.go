package watch

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"orderly.dev/sidecarstop/gate"
)

// Bounds, so that no user can exhaust the companion or the API server by what his Pods wait for.
const (
	// MaxWatches bounds the watches altogether. One takes about 100 KiB, most of it for its four goroutines and its request, so all of them take
	// 300 MiB.
	MaxWatches = 3000
	// MaxPerNamespace bounds the watches that the Pods of one namespace need.
	MaxPerNamespace = 200
	// Linger is how long a watch stays that nobody needs. The next Pod of the same Job finds it warm.
	Linger = 30 * time.Second
)

const (
	// tidyEvery is how often watches are closed that lingered long enough, and Pods told that found no room before.
	tidyEvery = time.Second
	// maxTold is how many of those Pods are told at a time. There may be thousands for one place, which only the first of them gets.
	maxTold = 1000
	// maxHopeful is how many of them are told although there is no room for their namespace: what they wait for may be watched for others by now.
	maxHopeful = 20
)

// holds counts which namespaces have Pods that look at which watch. A namespace counts until it has lingered.
type holds struct {
	// ofNamespace is how many watches a namespace has.
	ofNamespace map[string]int
	// lingering are those that no Pod of the namespace needs, by the namespace, since when.
	lingering map[string]map[*watch]time.Time
	// freed reports that there may be room since the refused were told.
	freed bool
}

func newHolds() holds {
	return holds{ofNamespace: map[string]int{}, lingering: map[string]map[*watch]time.Time{}}
}

// linger keeps a watch for a namespace that does not need it any more.
func (h *holds) linger(namespace string, one *watch) {
	if h.lingering[namespace] == nil {
		h.lingering[namespace] = map[*watch]time.Time{}
	}
	h.lingering[namespace][one] = time.Now()
	h.freed = true
}

// stay ends the lingering of a watch, whatever follows.
func (h *holds) stay(namespace string, one *watch) {
	delete(h.lingering[namespace], one)
	if len(h.lingering[namespace]) == 0 {
		delete(h.lingering, namespace)
	}
}

// take lets a waiter look at a part of a watch, in place of the part that it looked at before.
func (w *Watches) take(waiting *waiter, taken hold) {
	at := slices.IndexFunc(waiting.holds, func(h hold) bool { return h.watch == taken.watch })
	if at >= 0 {
		taken.watch.remove(waiting, waiting.holds[at].part)
		waiting.holds[at] = taken
		taken.watch.add(waiting, taken.part)
		return
	}
	waiting.holds = append(waiting.holds, taken)
	taken.watch.add(waiting, taken.part)
	namespace := waiting.name.Namespace
	if _, known := taken.watch.namespaces[namespace]; !known {
		w.holds.ofNamespace[namespace]++
	}
	taken.watch.namespaces[namespace]++
	w.holds.stay(namespace, taken.watch)
}

// letGo ends that a waiter looks at some of what it looks at.
func (w *Watches) letGo(waiting *waiter, which func(hold) bool) {
	namespace := waiting.name.Namespace
	waiting.holds = slices.DeleteFunc(waiting.holds, func(h hold) bool {
		if !which(h) {
			return false
		}
		h.watch.remove(waiting, h.part)
		h.watch.namespaces[namespace]--
		if h.watch.namespaces[namespace] == 0 {
			w.holds.linger(namespace, h.watch)
		}
		return true
	})
}

// room returns the watch for an interest where there is one, or says why there cannot be one. What lingers makes room.
func (w *Watches) room(interest gate.Interest, namespace string) (*watch, string) {
	watch := w.watches[interest]
	if watch != nil {
		if _, known := watch.namespaces[namespace]; known {
			return watch, ""
		}
	}
	if w.holds.ofNamespace[namespace] >= MaxPerNamespace {
		w.dismiss(namespace, 0)
	}
	if watch == nil && len(w.watches) >= MaxWatches {
		w.dismissAll(0)
	}
	switch {
	case w.holds.ofNamespace[namespace] >= MaxPerNamespace:
		return nil, fmt.Sprintf("the Pods of namespace %s wait for more than %d different things already: this one comes when others are done", namespace, MaxPerNamespace)
	case watch == nil && len(w.watches) >= MaxWatches:
		return nil, fmt.Sprintf("the Pods of the cluster wait for more than %d different things already: this one comes when others are done", MaxWatches)
	default:
		return watch, ""
	}
}

// dismissAll is dismiss for all namespaces.
func (w *Watches) dismissAll(lingered time.Duration) {
	for _, namespace := range slices.Collect(maps.Keys(w.holds.lingering)) {
		w.dismiss(namespace, lingered)
	}
}

// dismiss ends the lingering of what has lingered that long for a namespace, and closes watches that no namespace has any more.
func (w *Watches) dismiss(namespace string, lingered time.Duration) {
	for watch, since := range w.holds.lingering[namespace] {
		if time.Since(since) < lingered {
			continue
		}
		w.holds.stay(namespace, watch)
		delete(watch.namespaces, namespace)
		if w.holds.ofNamespace[namespace]--; w.holds.ofNamespace[namespace] == 0 {
			delete(w.holds.ofNamespace, namespace)
		}
		if len(watch.namespaces) == 0 {
			watch.close()
			delete(w.watches, watch.interest)
		}
	}
}

// tidy closes what lingered long enough, and returns Pods that may find room now. Nearly all of a namespace that has none stay refused, so that nobody keeps
// the companion busy by how much his Pods want.
func (w *Watches) tidy() []types.NamespacedName {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.dismissAll(Linger)
	if !w.holds.freed {
		return nil
	}
	var pods []types.NamespacedName
	hopeful := 0
	for pod := range w.refused {
		if len(pods) == maxTold {
			return pods
		}
		if !w.mayHaveRoom(pod.Namespace) {
			if hopeful == maxHopeful {
				continue
			}
			hopeful++
		}
		pods = append(pods, pod)
		delete(w.refused, pod)
	}
	w.holds.freed = false
	return pods
}

// mayHaveRoom reports whether a Pod of that namespace that was refused may find room now, be it because something that lingers goes.
func (w *Watches) mayHaveRoom(namespace string) bool {
	if w.holds.ofNamespace[namespace] >= MaxPerNamespace && len(w.holds.lingering[namespace]) == 0 {
		return false
	}
	return len(w.watches) < MaxWatches || len(w.holds.lingering) > 0
}
