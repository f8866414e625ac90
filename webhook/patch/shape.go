package patch

import (
	"encoding"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"sync"
)

// kind is how a type looks as JSON.
type kind int

const (
	// atom is compared and written as a whole: text, a number, or what encodes itself.
	atom kind = iota
	pointer
	object
	mapping
	list
)

// shape is what there is to know about a type.
type shape struct {
	kind kind
	// element is the shape of what a pointer, a map or a list holds.
	element *shape
	// fields are those of an object, with those of embedded structs among them.
	fields []member
	// identity is the index of the field that tells an element of a list from the others, nil where there is none.
	identity []int
}

// member is a field of an object.
type member struct {
	name  string
	index []int
	shape *shape
	// isString is true for text, named types of text included.
	isString bool
	// omitEmpty and omitZero are the options of the field's tag.
	omitEmpty, omitZero bool
}

var shapes = struct {
	sync.RWMutex
	known map[reflect.Type]*shape
}{known: map[reflect.Type]*shape{}}

// shapeOf returns the shape of a type. It is worked out once.
func shapeOf(t reflect.Type) *shape {
	shapes.RLock()
	s, found := shapes.known[t]
	shapes.RUnlock()
	if found {
		return s
	}
	shapes.Lock()
	defer shapes.Unlock()
	return learn(t)
}

var (
	jsonMarshaler = reflect.TypeFor[json.Marshaler]()
	textMarshaler = reflect.TypeFor[encoding.TextMarshaler]()
)

// learn works a shape out, while nobody else does. It is known before it is complete, because a type may contain itself.
func learn(t reflect.Type) *shape {
	if s, found := shapes.known[t]; found {
		return s
	}
	s := &shape{}
	shapes.known[t] = s
	if encodesItself(t) {
		return s
	}
	switch {
	case t.Kind() == reflect.Pointer:
		s.kind, s.element = pointer, learn(t.Elem())
	case t.Kind() == reflect.Map && t.Key().Kind() == reflect.String && !encodesItself(t.Key()):
		s.kind, s.element = mapping, learn(t.Elem())
	case t.Kind() == reflect.Slice && t.Elem().Kind() != reflect.Uint8:
		s.kind, s.element = list, learn(t.Elem())
	case t.Kind() == reflect.Struct:
		if fields, regular := learnFields(t, nil); regular {
			s.kind, s.fields = object, fields
			s.identity = findIdentity(fields)
		}
	}
	return s
}

func encodesItself(t reflect.Type) bool {
	if t.Kind() == reflect.Pointer {
		return false // its element is asked
	}
	p := reflect.PointerTo(t)
	return p.Implements(jsonMarshaler) || p.Implements(textMarshaler)
}

// learnFields lists the fields of a struct. It is not regular where it uses what the API's types do not: then it is an atom.
func learnFields(t reflect.Type, index []int) (fields []member, regular bool) {
	for i := range t.NumField() {
		f := t.Field(i)
		tag := f.Tag.Get("json")
		name, options, _ := strings.Cut(tag, ",")
		at := append(slices.Clip(index), i)
		switch {
		case tag == "-" || !f.IsExported() && !f.Anonymous:
		case f.Anonymous && name == "":
			if f.Type.Kind() != reflect.Struct || encodesItself(f.Type) {
				return nil, false
			}
			embedded, regular := learnFields(f.Type, at)
			if !regular {
				return nil, false
			}
			fields = append(fields, embedded...)
		case name == "" || hasOption(options, "string"):
			return nil, false
		default:
			fields = append(fields, member{
				name: name, index: at, shape: learn(f.Type), isString: f.Type.Kind() == reflect.String,
				omitEmpty: hasOption(options, "omitempty"), omitZero: hasOption(options, "omitzero"),
			})
		}
	}
	return fields, true
}

func hasOption(options, wanted string) bool {
	return slices.Contains(strings.Split(options, ","), wanted)
}

// omits reports whether a field with this value is left out when it is encoded.
func (m *member) omits(v reflect.Value) bool {
	if m.omitZero && v.IsZero() {
		return true
	}
	if !m.omitEmpty {
		return false
	}
	switch v.Kind() {
	case reflect.Struct:
		return false
	case reflect.Slice, reflect.Map:
		return v.Len() == 0
	default:
		return v.IsZero()
	}
}
