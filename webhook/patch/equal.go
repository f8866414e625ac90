package patch

import (
	"bytes"
	"encoding/json"
	"reflect"
)

// same reports whether two values are encoded alike: whether there would be no operation.
func (d *differ) same(is *shape, c change) bool {
	written := len(d.operations)
	d.enter(step{element: true, text: nothing})
	d.compare(is, c)
	d.leave()
	same := len(d.operations) == written
	d.operations = d.operations[:written]
	return same
}

// nothing is a text that holds nothing, so that none is looked for.
var nothing = []byte("null")

// sameAtom compares what is written as a whole.
func sameAtom(c change) bool {
	switch c.before.Kind() {
	case reflect.String:
		return c.before.String() == c.after.String()
	case reflect.Bool:
		return c.before.Bool() == c.after.Bool()
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return c.before.Int() == c.after.Int()
	default:
		return sameEncoding(valueOf(c.before), valueOf(c.after))
	}
}

// sameEncoding compares what may be the same in many ways, such as a quantity.
func sameEncoding(before, after any) bool {
	if reflect.DeepEqual(before, after) {
		return true
	}
	b, err1 := json.Marshal(before)
	a, err2 := json.Marshal(after)
	return err1 == nil && err2 == nil && bytes.Equal(b, a)
}
