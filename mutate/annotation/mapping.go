package annotation

import (
	"fmt"
	"iter"
	"slices"

	"go.yaml.in/yaml/v3"
)

// Value is what stands behind a key of a mapping, or in a list.
type Value struct {
	// Key is what messages call the value.
	Key  string
	Node *yaml.Node
	// KeyPlace and Place are where the key and the value stand.
	KeyPlace, Place Position
	// Hint shows how to write it.
	Hint string
}

// Child is a node inside the value, which stands at the same item and element.
func (v Value) Child(key string, node *yaml.Node) Value {
	place := v.Place.At(node)
	return Value{Key: key, Node: node, KeyPlace: place, Place: place, Hint: v.Hint}
}

// Form is what a mapping may hold.
type Form struct {
	// Name is what messages call the mapping, with its article: "an entry".
	Name string
	// Keys are those that it may have, in the order of the documentation. Nil is any.
	Keys []string
	// Foreign are words of other tools for the same, with the keys that they mean.
	Foreign map[string]string
	// Read reads the value of each key that is there, in the order of the text.
	Read func(Value)
}

// Mapping reads a mapping, and reports whether it is one. Keys that are unknown, that stand twice or that are no words are reported.
func (r *Reader) Mapping(v Value, form Form) bool {
	switch {
	case !r.Plain(v):
		return false
	case v.Node.Kind != yaml.MappingNode:
		r.Refuse(v.Place, v.Key+" is not a mapping; "+v.Hint)
		return false
	}
	for key, value := range r.keys(v, form.Name) {
		if form.Keys != nil && !slices.Contains(form.Keys, key) {
			r.RefuseValue(value.KeyPlace, key, form.Name+" has no such key"+r.meantKey(key, form)+"; "+v.Hint)
			continue
		}
		form.Read(value)
	}
	return true
}

// meantKey proposes the key that was meant.
func (r *Reader) meantKey(key string, form Form) string {
	if meant, known := form.Foreign[key]; known {
		return propose(meant)
	}
	return r.Nearest(key, form.Keys)
}

// Text is a text behind a key that the writer chose, such as a label.
type Text struct {
	Key, Text       string
	KeyPlace, Place Position
}

// Texts reads a mapping of texts to texts, such as labels, in the order in which they stand there. A text may be empty when it is quoted;
// the mapping may not.
func (r *Reader) Texts(v Value) []Text {
	var texts []Text
	isMapping := r.Mapping(v, Form{Name: v.Key, Read: func(value Value) {
		if text, ok := r.textOrEmpty(value); ok {
			texts = append(texts, Text{Key: value.Key, Text: text, KeyPlace: value.KeyPlace, Place: value.Place})
		}
	}})
	if isMapping && len(v.Node.Content) == 0 {
		r.Refuse(v.Place, v.Key+" is an empty mapping; "+v.Hint)
	}
	return texts
}

// keys yields what stands in a mapping, but for keys that stand twice or are no words. Where the mapping is the whole annotation, each of
// its keys is an item.
func (r *Reader) keys(v Value, name string) iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		seen := map[string]Position{}
		for i := 0; i+1 < len(v.Node.Content); i += 2 {
			key, value := v.Node.Content[i], v.Node.Content[i+1]
			at := v.Place
			if at.Item == 0 {
				at.Item = i/2 + 1
			}
			place := at.At(key)
			if key.Kind != yaml.ScalarNode || !IsPlain(key) || key.Value == "" {
				r.Refuse(place, "the keys of "+name+" are words; "+v.Hint)
				continue
			}
			if before, twice := seen[key.Value]; twice {
				r.RefuseValue(place, key.Value, fmt.Sprintf("the key stands at %v already; remove one of them", before))
				continue
			}
			seen[key.Value] = place
			if !yield(key.Value, Value{Key: key.Value, Node: value, KeyPlace: place, Place: at.At(value), Hint: v.Hint}) {
				return
			}
		}
	}
}
