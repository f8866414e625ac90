package annotation

import "go.yaml.in/yaml/v3"

// IsList reports whether the value is a list, which may be empty; what is none is reported.
func (r *Reader) IsList(v Value) bool {
	switch {
	case !r.Plain(v):
		return false
	case v.Node.Kind != yaml.SequenceNode:
		r.Refuse(v.Place, v.Key+" is not a list; "+v.Hint)
		return false
	}
	return true
}

// Items gives the elements of a list that is not empty; nil where it is no such list, which is reported.
func (r *Reader) Items(v Value) []Value {
	if !r.isFullList(v) {
		return nil
	}
	items := make([]Value, len(v.Node.Content))
	for i, node := range v.Node.Content {
		items[i] = v.Child(v.Key, node)
	}
	return items
}

func (r *Reader) isFullList(v Value) bool {
	if !r.IsList(v) {
		return false
	}
	if len(v.Node.Content) == 0 {
		r.Refuse(v.Place, v.Key+" is an empty list; name something, or remove it")
		return false
	}
	return true
}

// TextItems reads a list of texts that is not empty; nil where something in it is no text, which is reported. A text may be empty when it
// is quoted.
func (r *Reader) TextItems(v Value) []string {
	if !r.isFullList(v) {
		return nil
	}
	texts, right := make([]string, len(v.Node.Content)), true
	for i, node := range v.Node.Content {
		text, ok := r.textOrEmpty(v.Child("an element", node))
		texts[i], right = text, right && ok
	}
	if !right {
		return nil
	}
	return texts
}
