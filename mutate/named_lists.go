package mutate

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Annotations that give each of some containers a list of texts: {build: [make, all], test: [make, test]}.

// maxNamedListsBytes bounds such an annotation.
const maxNamedListsBytes = 64_000

// namedList is what stands under one name.
type namedList struct {
	name  string
	words []string
	place position
}

// namedLists is an annotation of this kind. Every list in it has at least one text, and no name stands twice.
type namedLists struct {
	wish  wish
	lists []namedList
}

// find returns the list of a container; nil where it has none.
func (n namedLists) find(container string) []string {
	for _, list := range n.lists {
		if list.name == container {
			return list.words
		}
	}
	return nil
}

// readNamedLists reads the annotation. The hint shows how to write it.
func readNamedLists(s subject, name, hint string) (namedLists, field.ErrorList) {
	w, given := s.wish(name)
	if !given {
		return namedLists{}, nil
	}
	r := namedListsReader{wish: w, hint: hint}
	node, err := decodeMapping(w.text)
	if err != nil {
		r.invalid("", err.Error())
		return namedLists{wish: w}, r.errs
	}
	if count := len(node.Content) / 2; count > maxContainers {
		return namedLists{wish: w}, field.ErrorList{tooMany(w.path(), count, maxContainers, hint)}
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		r.list(node.Content[i], node.Content[i+1], i/2+1)
	}
	return namedLists{wish: w, lists: r.lists}, r.errs
}

func decodeMapping(text string) (*yaml.Node, error) {
	if len(text) > maxNamedListsBytes {
		return nil, fmt.Errorf("more than %d bytes", maxNamedListsBytes)
	}
	decoder := yaml.NewDecoder(strings.NewReader(text))
	var document yaml.Node
	switch err := decoder.Decode(&document); {
	case errors.Is(err, io.EOF):
		return nil, errors.New("the annotation is empty")
	case err != nil:
		return nil, fmt.Errorf("not a mapping: %v", strings.TrimPrefix(err.Error(), "yaml: "))
	}
	if err := decoder.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, errors.New("not a mapping: something follows its end")
	}
	node := document.Content[0]
	if node.Kind != yaml.MappingNode || !isPlain(node) {
		return nil, errors.New("not a mapping")
	}
	return node, nil
}

// isPlain reports whether a node has nothing of what YAML offers beyond lists, mappings and texts.
func isPlain(node *yaml.Node) bool {
	return node.Kind != yaml.AliasNode && node.Anchor == "" && node.Style&yaml.TaggedStyle == 0
}

type namedListsReader struct {
	wish  wish
	hint  string
	lists []namedList
	errs  field.ErrorList
}

func (r *namedListsReader) list(key, value *yaml.Node, item int) {
	place := position{item: item, line: key.Line, column: key.Column}
	if key.Kind != yaml.ScalarNode || !isPlain(key) || !isPlain(value) || value.Kind != yaml.SequenceNode || len(value.Content) == 0 {
		r.invalid(key.Value, place.String()+": not a name with a list that is not empty")
		return
	}
	if (namedLists{lists: r.lists}).find(key.Value) != nil {
		r.invalid(key.Value, place.String()+": the name stands there twice")
		return
	}
	list := namedList{name: key.Value, place: place}
	for _, node := range value.Content {
		if node.Kind != yaml.ScalarNode || !isPlain(node) {
			r.invalid(key.Value, place.String()+": the list may hold texts only")
			return
		}
		list.words = append(list.words, node.Value)
	}
	r.lists = append(r.lists, list)
}

func (r *namedListsReader) invalid(value, detail string) {
	var bad any = field.OmitValueType{}
	if value != "" {
		bad = value
	}
	r.errs = append(r.errs, field.Invalid(r.wish.path(), bad, detail+"; "+r.hint))
}
