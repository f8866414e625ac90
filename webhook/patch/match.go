package patch

import (
	"cmp"
	"reflect"
	"slices"
)

// source says where an element of a list was before.
type source struct {
	list  origin
	index int
	// stays is true where nothing has to be moved for it.
	stays bool
	// text is what was sent for an element that moves.
	text []byte
}

// origin is the list that an element was in.
type origin int

const (
	nowhere origin = iota // it is new
	own
	sibling
)

// match finds for each element of the list the one that it was before. Most lists change at one end or in the middle, so the
// elements of both ends come first.
func (d *differ) match(is *shape, c change, beside reflect.Value) []source {
	before, after := c.before.Len(), c.after.Len()
	sources := make([]source, after)
	first := d.alikeInFront(is, c)
	for i := range first {
		sources[i] = source{list: own, index: i}
	}
	last := 0
	for last < min(before, after)-first && d.corresponds(is, change{c.before.Index(before - 1 - last), c.after.Index(after - 1 - last)}) {
		last++
		sources[after-last] = source{list: own, index: before - last}
	}
	ours := newCandidates(is, c.before, first, before-last)
	others := &candidates{}
	if beside.IsValid() {
		others = newCandidates(is, beside, 0, beside.Len())
	}
	for j := first; j < after-last; j++ {
		if i, found := ours.take(d, is, c.after.Index(j)); found {
			sources[j] = source{list: own, index: i}
		} else if i, found := others.take(d, is, c.after.Index(j)); found {
			sources[j] = source{list: sibling, index: i}
		}
	}
	return sources
}

// alikeInFront counts the elements that correspond from the first one on.
func (d *differ) alikeInFront(is *shape, c change) int {
	n := 0
	for n < min(c.before.Len(), c.after.Len()) && d.corresponds(is, change{c.before.Index(n), c.after.Index(n)}) {
		n++
	}
	return n
}

// corresponds reports whether two elements are the same one, perhaps changed: they have the same identity, or are equal where
// they have none.
func (d *differ) corresponds(is *shape, c change) bool {
	before, after := identityOf(is, c.before), identityOf(is, c.after)
	return before == after && (before != "" || d.same(is, c))
}

// maxComparisons bounds how often elements without identity are compared with each other in one list, so that a hostile list of many
// thousands takes milliseconds, not minutes. What is not found by then is written anew.
const maxComparisons = 10_000

// candidates are elements of before that nothing corresponds to yet.
type candidates struct {
	list    reflect.Value
	named   map[string][]int
	unnamed []int
	// comparisons are left.
	comparisons int
}

func newCandidates(is *shape, elements reflect.Value, from, to int) *candidates {
	c := &candidates{list: elements, named: map[string][]int{}, comparisons: maxComparisons}
	for i := from; i < to; i++ {
		if identity := identityOf(is, elements.Index(i)); identity != "" {
			c.named[identity] = append(c.named[identity], i)
		} else {
			c.unnamed = append(c.unnamed, i)
		}
	}
	return c
}

// take gives the first candidate that corresponds to an element, once.
func (c *candidates) take(d *differ, is *shape, after reflect.Value) (index int, found bool) {
	if identity := identityOf(is, after); identity != "" {
		named := c.named[identity]
		if len(named) == 0 {
			return 0, false
		}
		c.named[identity] = named[1:]
		return named[0], true
	}
	at := slices.IndexFunc(c.unnamed, func(i int) bool {
		c.comparisons--
		return c.comparisons < 0 || d.same(is, change{c.list.Index(i), after})
	})
	if at < 0 || c.comparisons < 0 {
		return 0, false
	}
	index = c.unnamed[at]
	c.unnamed = slices.Delete(c.unnamed, at, at+1)
	return index, true
}

// identityOf is what tells an element of a list from the others: the path of a mount or device, the name of anything else; empty
// for what has neither.
func identityOf(is *shape, element reflect.Value) string {
	if is.kind == pointer {
		if element.IsNil() {
			return ""
		}
		is, element = is.element, element.Elem()
	}
	if is.identity == nil {
		return ""
	}
	return element.FieldByIndex(is.identity).String()
}

// findIdentity returns the index of the field that holds the identity, nil where there is none.
func findIdentity(fields []member) []int {
	for _, name := range []string{"mountPath", "devicePath", "name"} {
		for i := range fields {
			if f := &fields[i]; f.name == name && f.isString {
				return f.index
			}
		}
	}
	return nil
}

// keep chooses as many elements of before as can stay where they are: a longest increasing run of their places. It marks their sources, and
// returns their places in order.
func keep(sources []source) []int {
	previous := make([]int, len(sources))
	// ends[n] is the element at which the run of n+1 elements ends that leaves most room for more.
	var ends []int
	for j := range sources {
		if sources[j].list != own {
			continue
		}
		n, _ := slices.BinarySearchFunc(ends, sources[j].index, func(end, index int) int { return cmp.Compare(sources[end].index, index) })
		if n > 0 {
			previous[j] = ends[n-1]
		}
		if n == len(ends) {
			ends = append(ends, j)
		}
		ends[n] = j
	}
	kept := make([]int, len(ends))
	for n := len(ends) - 1; n >= 0; n-- {
		j := ends[n]
		if n+1 < len(ends) {
			j = previous[kept[n+1]]
		}
		kept[n] = j
	}
	for n, j := range kept {
		sources[j].stays = true
		kept[n] = sources[j].index
	}
	return kept
}
