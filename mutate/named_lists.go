package mutate

import (
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/annotation"
)

// Annotations that give each of some containers a list of texts: {build: [make, all], test: [make, test]}.

// maxNamedListsBytes bounds such an annotation.
const maxNamedListsBytes = 64_000

// namedList is what stands under one name.
type namedList struct {
	name  string
	words []string
	place annotation.Position
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

// judgeList says what is wrong with a list; nothing where it is right.
type judgeList func(*annotation.Reader, namedList) string

// readNamedLists reads the annotation, and has each list judged. The hint shows how to write it.
func readNamedLists(s subject, name, hint string, judge judgeList) (namedLists, field.ErrorList) {
	w, given := s.wish(name)
	if !given {
		return namedLists{}, nil
	}
	all := namedLists{wish: w}
	node, err := annotation.DecodeMapping(w.text, maxNamedListsBytes)
	if err != nil {
		return all, w.refused(annotation.Problem{Detail: err.Error() + "; " + hint})
	}
	if count := len(node.Content) / 2; count > maxContainers {
		return all, field.ErrorList{tooMany(w.path(), count, maxContainers, hint)}
	}
	var r annotation.Reader
	r.Mapping(annotation.Value{Node: node, Hint: hint}, annotation.Form{Name: "the annotation", Read: func(v annotation.Value) {
		if words := r.TextItems(v); words != nil {
			all.lists = append(all.lists, namedList{name: v.Key, words: words, place: v.KeyPlace})
		}
	}})
	for _, list := range all.lists {
		if detail := judge(&r, list); detail != "" {
			r.RefuseValue(list.place, list.name, detail)
		}
	}
	return all, w.refused(r.Problems()...)
}
