package patch

import (
	"strconv"
	"strings"

	"orderly.dev/webhook/raw"
)

// step leads from a value to one inside it.
type step struct {
	// key is the name of a member. An element of a list has places instead: from is its place in the text, to that in the result.
	key      string
	element  bool
	from, to int
	// text is what was sent for the value, nil as long as nobody asked.
	text []byte
	// parts are the elements of the text, once somebody asked.
	parts [][]byte
	// beside are the elements that those of this list may come from, besides its own.
	beside siblings
}

// trail leads to the value that is being compared, from the whole document on. It is one list that grows and shrinks, because
// a Pod has thousands of values.
type trail []step

// keyEscaper escapes a key in a JSON pointer (RFC 6901, section 3).
var keyEscaper = strings.NewReplacer("~", "~0", "/", "~1")

// path is the JSON pointer in the result.
func (t trail) path() string {
	var buffer []byte
	for i := range t[1:] {
		s := &t[1+i]
		buffer = append(buffer, '/')
		if s.element {
			buffer = strconv.AppendInt(buffer, int64(s.to), 10)
		} else {
			buffer = append(buffer, keyEscaper.Replace(s.key)...)
		}
	}
	return string(buffer)
}

// last is where the trail ends. It is valid until the trail grows.
func (t trail) last() *step { return &t[len(t)-1] }

// sent is the text of the value, nil where none was sent.
func (t trail) sent() []byte {
	s, up := t.last(), t[:len(t)-1]
	if s.text == nil && len(up) > 0 {
		if s.element {
			s.text = up.sentElement(s.from)
		} else {
			s.text = raw.Member(up.sent(), s.key)
		}
	}
	return s.text
}

// sentElement is the text of an element of the list, nil where there is none.
func (t trail) sentElement(i int) []byte {
	s := t.last()
	if s.parts == nil {
		s.parts = raw.Elements(t.sent())
	}
	return partOf(s.parts, i)
}

// sentBeside is the text of an element of the list beside this one.
func (t trail) sentBeside(i int) []byte {
	beside := &t.last().beside
	if beside.parts == nil {
		beside.parts = raw.Elements(raw.Member(t[:len(t)-1].sent(), beside.key))
	}
	return partOf(beside.parts, i)
}

func partOf(parts [][]byte, i int) []byte {
	if i >= len(parts) {
		return nil
	}
	return parts[i]
}
