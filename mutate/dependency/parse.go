package dependency

import (
	"fmt"

	"orderly.dev/mutate/annotation"
)

const (
	// MaxEntries bounds the entries of a Pod: each costs a watch, and a line in messages.
	MaxEntries = 32
	// maxBytes bounds the annotation. 32 entries with eight labels of usual length need 16,000 bytes.
	maxBytes = 64_000
)

const listHint = `write a list such as "- service: mariadb"`

// Parse reads the annotation orderly.dev/wait-for. It reports everything that is wrong; what it returns beside problems are the entries that
// are right by themselves, so that the names of containers in them can be checked in the same go. Without problems there is at least one entry.
func Parse(text string) ([]Entry, []annotation.Problem) {
	list, err := annotation.DecodeList(text, maxBytes)
	switch {
	case err != nil:
		return nil, []annotation.Problem{{Detail: fmt.Sprintf("%v; %s", err, listHint)}}
	case len(list.Content) == 0:
		return nil, []annotation.Problem{{Detail: "the list is empty; " + listHint + ", or remove the annotation"}}
	case len(list.Content) > MaxEntries:
		return nil, []annotation.Problem{{Detail: tooManyEntries(len(list.Content))}}
	}
	var r entryReader
	for i, node := range list.Content {
		place := annotation.Position{Item: i + 1}.At(node)
		r.read(annotation.Value{Key: "the entry", Node: node, KeyPlace: place, Place: place, Hint: entryHint})
	}
	return r.entries, r.Problems()
}

func tooManyEntries(count int) string {
	return fmt.Sprintf("%d entries, but a Pod may wait for at most %d; wait for what needs the others itself", count, MaxEntries)
}

// add keeps an entry that is right by itself, unless it stands there already for the same container.
func (r *entryReader) add(e Entry) {
	for _, before := range r.entries {
		if e.Repeats(before) {
			r.Refuse(e.place, fmt.Sprintf("%v stands at %v already; remove one of them", e, before.place))
			return
		}
	}
	r.entries = append(r.entries, e)
}

// Repeats reports whether the entry waits for the same as another one, for a container that the other one is for too. Of the two one is
// enough, and [Parse] takes no text with both.
func (e Entry) Repeats(other Entry) bool {
	return e.sameTarget() == other.sameTarget() && overlap(e, other)
}

// overlap reports whether two entries are for the same container, or both for the whole Pod.
func overlap(a, b Entry) bool {
	if a.HoldsPod() && b.HoldsPod() {
		return true
	}
	for _, waiter := range a.waiters {
		if b.Holds(waiter.Name) {
			return true
		}
	}
	return false
}
