package patch

import (
	"reflect"

	"orderly.dev/webhook/raw"
)

// compareObjects compares field by field. An empty struct may not have been sent; then it is written as a whole.
func (d *differ) compareObjects(is *shape, c change) {
	if c.before.IsZero() {
		if c.after.IsZero() {
			return
		}
		if !raw.IsObject(d.trail.sent()) {
			d.put(c)
			return
		}
	}
	for i := range is.fields {
		m := &is.fields[i]
		field := change{fieldOf(c.before, m.index), fieldOf(c.after, m.index)}
		if unchanged(m.shape, field) {
			continue
		}
		below := step{key: m.name}
		if m.shape.kind == list {
			below.beside = siblingsOf(is, m, c.before)
		}
		d.enter(below)
		d.compareMember(m, field)
		d.leave()
	}
}

// fieldOf is FieldByIndex, faster for the fields that are not embedded.
func fieldOf(v reflect.Value, index []int) reflect.Value {
	if len(index) == 1 {
		return v.Field(index[0])
	}
	return v.FieldByIndex(index)
}

// unchanged recognizes in no time most fields that are alike: of a hundred that a container has, a dozen are set.
func unchanged(is *shape, c change) bool {
	switch is.kind {
	case atom:
		return sameAtom(c)
	case object:
		return false
	default:
		return c.before.IsNil() && c.after.IsNil()
	}
}

// compareMember compares a field that may be left out before or after.
func (d *differ) compareMember(m *member, c change) {
	before, after := m.omits(c.before), m.omits(c.after)
	switch {
	case before && after:
	case after:
		d.write("remove", nil)
	default:
		d.compare(m.shape, c)
	}
}

// siblings are the elements of another list of the same object, from which elements may have moved.
type siblings struct {
	key  string
	list reflect.Value
	// parts are the texts of the elements, once somebody asked.
	parts [][]byte
}

// siblingsOf returns the containers for the init containers, and the other way round: a sidecar may become an init container.
func siblingsOf(is *shape, m *member, before reflect.Value) siblings {
	other := ""
	switch m.name {
	case "containers":
		other = "initContainers"
	case "initContainers":
		other = "containers"
	default:
		return siblings{}
	}
	for i := range is.fields {
		if f := &is.fields[i]; f.name == other && f.shape == m.shape {
			return siblings{key: other, list: before.FieldByIndex(f.index)}
		}
	}
	return siblings{}
}
