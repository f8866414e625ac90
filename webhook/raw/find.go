package raw

import (
	"bytes"
	"encoding/json"
	"slices"
)

// Span is where a value stands in a text, as the indexes of a slice. It is empty where there is none.
type Span struct{ Start, End int }

// Of gives the part of the text, nil for an empty span.
func (s Span) Of(text []byte) []byte {
	if s.Start >= s.End {
		return nil
	}
	return text[s.Start:s.End:s.End]
}

// IsObject reports whether a text is a JSON object.
func IsObject(text []byte) bool {
	i := skipSpace(text, 0)
	return i < len(text) && text[i] == '{'
}

// Member returns the value of a member of an object; the last one where there are several, as decoding does. It is nil where
// there is none.
func Member(object []byte, key string) []byte {
	var found Span
	eachMember(object, 0, func(name []byte, i int) (end int, more bool) {
		end = skipValue(object, i)
		if isString(name, key) {
			found = Span{i, end}
		}
		return end, true
	})
	return found.Of(object)
}

// Find returns where the values of some members of a member of an object stand, such as managedFields and labels of metadata. It
// takes the first of each name, and reads no further than needed: in objects that a program wrote there is only one.
func Find(object []byte, parent string, keys ...string) []Span {
	found, missing := make([]Span, len(keys)), len(keys)
	eachMember(object, 0, func(name []byte, i int) (end int, more bool) {
		if !isString(name, parent) {
			return skipValue(object, i), true
		}
		eachMember(object, i, func(name []byte, i int) (end int, more bool) {
			end = skipValue(object, i)
			if k := slices.IndexFunc(keys, func(key string) bool { return isString(name, key) }); k >= 0 && found[k] == (Span{}) {
				found[k] = Span{i, end}
				missing--
			}
			return end, missing > 0
		})
		return i, false
	})
	return found
}

// Elements returns the elements of a list.
func Elements(list []byte) (elements [][]byte) {
	eachPart(list, 0, '[', func(i int) (end int, more bool) {
		end = skipValue(list, i)
		elements = append(elements, list[i:end])
		return end, true
	})
	return elements
}

// Without returns a copy of the text with null for the values at these places, which are apart from each other. It is the text
// itself where all are empty.
func Without(text []byte, places ...Span) []byte {
	var rest []byte
	from := 0
	for _, place := range slices.SortedFunc(slices.Values(places), func(a, b Span) int { return a.Start - b.Start }) {
		if place.Start < place.End {
			rest = append(append(rest, text[from:place.Start]...), "null"...)
			from = place.End
		}
	}
	if rest == nil {
		return text
	}
	return append(rest, text[from:]...)
}

// eachMember calls the function with the name of each member of the object that begins at i, and where its value begins. The
// function returns where that ends, and whether it wants more.
func eachMember(text []byte, i int, member func(name []byte, i int) (end int, more bool)) {
	eachPart(text, i, '{', func(i int) (end int, more bool) {
		start := i
		i = skipValue(text, i)
		name := text[start:i]
		i = skipSpace(text, i)
		if i >= len(text) || text[i] != ':' {
			return len(text), false
		}
		return member(name, skipSpace(text, i+1))
	})
}

// eachPart calls the function where a member or element begins. It returns where that ends, and whether it wants more.
func eachPart(text []byte, i int, open byte, part func(i int) (end int, more bool)) {
	i = skipSpace(text, i)
	if i >= len(text) || text[i] != open {
		return
	}
	i = skipSpace(text, i+1)
	for more := true; more && i < len(text) && text[i] != '}' && text[i] != ']'; {
		i, more = part(i)
		i = skipSpace(text, i)
		if i < len(text) && text[i] == ',' {
			i = skipSpace(text, i+1)
		}
	}
}

// isString compares a string as it is written in JSON.
func isString(written []byte, want string) bool {
	if bytes.IndexByte(written, '\\') < 0 {
		return len(written) == len(want)+2 && string(written[1:len(written)-1]) == want
	}
	var got string
	return json.Unmarshal(written, &got) == nil && got == want
}
