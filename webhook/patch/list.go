package patch

import (
	"encoding/json"
	"reflect"
	"slices"
)

// compareLists compares the elements that correspond. Lists of anything but objects are written as a whole.
func (d *differ) compareLists(is *shape, c change) {
	switch {
	case !holdsObjects(is):
		if !d.sameElements(is, c) {
			d.put(c)
		}
	case c.before.Len() == 0 && c.after.Len() == 0, c.after.IsNil():
		if c.before.IsNil() != c.after.IsNil() {
			d.put(c)
		}
	case d.onlyGrown(is, c):
		d.compareGrown(is, c)
	default:
		sources := d.match(is.element, c, d.trail.last().beside.list)
		d.arrange(c, sources)
		d.compareElements(is, c, sources)
	}
}

func holdsObjects(is *shape) bool {
	return is.element.kind == object || is.element.kind == pointer && is.element.element.kind == object
}

func (d *differ) sameElements(is *shape, c change) bool {
	if c.before.IsNil() != c.after.IsNil() || c.before.Len() != c.after.Len() {
		return false
	}
	for i := range c.before.Len() {
		if !d.same(is.element, change{c.before.Index(i), c.after.Index(i)}) {
			return false
		}
	}
	return true
}

// onlyGrown reports whether elements were at most added at the end, and are new.
func (d *differ) onlyGrown(is *shape, c change) bool {
	before := c.before.Len()
	return before > 0 && before <= c.after.Len() && (before == c.after.Len() || !d.trail.last().beside.list.IsValid()) &&
		d.alikeInFront(is.element, c) == before
}

// compareGrown compares lists where elements were added at the end, if at all.
func (d *differ) compareGrown(is *shape, c change) {
	for i := range c.before.Len() {
		d.enter(step{element: true, from: i, to: i})
		d.compare(is.element, change{c.before.Index(i), c.after.Index(i)})
		d.leave()
	}
	for i := c.before.Len(); i < c.after.Len(); i++ {
		d.writeElement("add", i, valueOf(c.after.Index(i)))
	}
}

// arrange removes elements, and adds new and moved ones at their places. Elements that moved are added as they were sent.
func (d *differ) arrange(c change, sources []source) {
	kept := keep(sources)
	if len(kept) == 0 {
		d.putValue(c.before, d.whole(c, sources))
		return
	}
	for i := c.before.Len() - 1; i >= 0; i-- {
		if _, found := slices.BinarySearch(kept, i); !found {
			d.writeElement("remove", i, nil)
		}
	}
	for j := range sources {
		if s := &sources[j]; !s.stays {
			d.writeElement("add", j, d.moved(s, c.after.Index(j)))
		}
	}
}

// whole is the value of a list of which nothing stays where it is.
func (d *differ) whole(c change, sources []source) any {
	values := make([]any, len(sources))
	for j := range sources {
		values[j] = d.moved(&sources[j], c.after.Index(j))
	}
	return values
}

// moved is the element as it was sent, or as it is now where it is new.
func (d *differ) moved(s *source, after reflect.Value) any {
	switch s.list {
	case own:
		s.text = d.trail.sentElement(s.index)
	case sibling:
		s.text = d.trail.sentBeside(s.index)
	}
	if s.text == nil {
		s.list = nowhere
		return valueOf(after)
	}
	return json.RawMessage(s.text)
}

// compareElements compares those that were there before, at the places where they are by now.
func (d *differ) compareElements(is *shape, c change, sources []source) {
	beside := d.trail.last().beside.list
	for j := range sources {
		s := &sources[j]
		before := c.before
		switch s.list {
		case nowhere:
			continue
		case sibling:
			before = beside
		}
		d.enter(step{element: true, from: s.index, to: j, text: s.text})
		d.compare(is.element, change{before.Index(s.index), c.after.Index(j)})
		d.leave()
	}
}

// writeElement writes an operation about an element by its place.
func (d *differ) writeElement(operation string, place int, value any) {
	d.enter(step{element: true, to: place})
	d.write(operation, value)
	d.leave()
}
