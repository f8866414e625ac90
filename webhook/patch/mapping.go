package patch

import (
	"maps"
	"reflect"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

// compareMaps compares key by key. An empty map is written as a whole: nothing can be lost, because every key of a map is known.
func (d *differ) compareMaps(is *shape, c change) {
	switch {
	case sameMap(c):
	case c.before.Len() == 0 || c.after.IsNil():
		if c.before.IsNil() != c.after.IsNil() || c.after.Len() > 0 {
			d.put(c)
		}
	default:
		for _, key := range keysOf(c) {
			d.enter(step{key: key.String()})
			d.compareKey(is.element, change{c.before.MapIndex(key), c.after.MapIndex(key)})
			d.leave()
		}
	}
}

func (d *differ) compareKey(is *shape, c change) {
	switch {
	case !c.before.IsValid():
		d.write("add", valueOf(c.after))
	case !c.after.IsValid():
		d.write("remove", nil)
	default:
		d.compare(is, c)
	}
}

// keysOf lists the keys of both maps in order, so that the same change always makes the same patch.
func keysOf(c change) []reflect.Value {
	keys := c.before.MapKeys()
	for _, key := range c.after.MapKeys() {
		if !c.before.MapIndex(key).IsValid() {
			keys = append(keys, key)
		}
	}
	slices.SortFunc(keys, func(a, b reflect.Value) int {
		switch {
		case a.String() < b.String():
			return -1
		case a.String() > b.String():
			return 1
		}
		return 0
	})
	return keys
}

// sameMap recognizes equal maps of the two types of which a Pod has dozens, without the allocations of reflection. False means
// that they must be compared.
func sameMap(c change) bool {
	if !c.before.CanAddr() || !c.after.CanAddr() || c.before.IsNil() != c.after.IsNil() {
		return false
	}
	switch before := c.before.Addr().Interface().(type) {
	case *map[string]string:
		return maps.Equal(*before, *c.after.Addr().Interface().(*map[string]string))
	case *corev1.ResourceList:
		return maps.EqualFunc(*before, *c.after.Addr().Interface().(*corev1.ResourceList), sameQuantity)
	}
	return false
}

// sameQuantity reports whether two quantities are written alike.
func sameQuantity(a, b resource.Quantity) bool {
	return a.Format == b.Format && a.Cmp(b) == 0
}
