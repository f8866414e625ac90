package patch

import (
	"reflect"

	"gomodules.xyz/jsonpatch/v2"
)

// Make returns the operations that make after of before. The text is what before was decoded from, as valid JSON. Both objects are
// of the same type, and pointers. The operations refer to the text and to after, which must stay as they are until the operations
// have been encoded.
func Make[T any](text []byte, before, after T) []jsonpatch.Operation {
	b, a := reflect.ValueOf(before).Elem(), reflect.ValueOf(after).Elem()
	d := &differ{trail: make(trail, 0, maxUsualDepth)}
	d.enter(step{text: text})
	d.compare(shapeOf(b.Type()), change{b, a})
	return d.operations
}

// maxUsualDepth is how deep a CronJob is; what is deeper costs an allocation.
const maxUsualDepth = 24

// change is one value before and after the rewrite.
type change struct{ before, after reflect.Value }

// differ collects operations.
type differ struct {
	trail      trail
	operations []jsonpatch.Operation
}

func (d *differ) enter(s step) { d.trail = append(d.trail, s) }
func (d *differ) leave()       { d.trail = d.trail[:len(d.trail)-1] }

// compare writes what differs of a value. That it was sent, or is encoded although empty, is certain.
func (d *differ) compare(is *shape, c change) {
	switch is.kind {
	case atom:
		if !sameAtom(c) {
			d.put(c)
		}
	case pointer:
		if c.before.IsNil() || c.after.IsNil() {
			if c.before.IsNil() != c.after.IsNil() {
				d.put(c)
			}
			return
		}
		d.compare(is.element, change{c.before.Elem(), c.after.Elem()})
	case object:
		d.compareObjects(is, c)
	case mapping:
		d.compareMaps(is, c)
	case list:
		d.compareLists(is, c)
	}
}

// put writes the whole of a value that differs.
func (d *differ) put(c change) { d.putValue(c.before, valueOf(c.after)) }

// putValue writes a value where another was before. A member that was not empty was sent, and is replaced; one that was empty may
// have been sent or not, and "add" suits both. Of an element, "add" would make two.
func (d *differ) putValue(before reflect.Value, value any) {
	operation := "replace"
	if before.IsZero() && !d.trail.last().element {
		operation = "add"
	}
	d.write(operation, value)
}

func (d *differ) write(operation string, value any) {
	d.operations = append(d.operations, jsonpatch.NewOperation(operation, d.trail.path(), value))
}

// valueOf is a value to encode. Structs are not copied.
func valueOf(v reflect.Value) any {
	if v.Kind() == reflect.Struct && v.CanAddr() {
		return v.Addr().Interface()
	}
	return v.Interface()
}
