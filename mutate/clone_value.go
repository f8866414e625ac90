package mutate

import (
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"

	"orderly.dev/mutate/annotation"
	"orderly.dev/mutate/contract/clone"
)

// Values in orderly.dev/clone are judged by package clone, which gives sentences; here these get their places.

// showing says whether a wrong value is shown to whoever wrote it.
type showing bool

const (
	openly   showing = true
	secretly showing = false
)

// parsed reads a text by a function that knows what it may be; the zero value where it is not that.
func parsed[T any](r *cloneReader, v annotation.Value, show showing, parse func(string) (T, error)) T {
	text, ok := r.Text(v)
	if !ok {
		return *new(T)
	}
	value, err := parse(text)
	switch {
	case err == nil:
	case show == openly:
		r.RefuseValue(v.Place, text, err.Error())
	default:
		r.Refuse(v.Place, err.Error())
	}
	return value
}

// checked makes a function that parses of one that only judges.
func checked(check func(string) error) func(string) (string, error) {
	return func(text string) (string, error) { return text, check(text) }
}

// sparse reads directories, each once.
func (r *cloneReader) sparse(v annotation.Value) []string {
	if text := v.Node.Value; v.Node.Kind == yaml.ScalarNode && annotation.IsPlain(v.Node) && clone.CheckSparse(text) == nil {
		r.RefuseValue(v.Place, text, "sparse is a list; write sparse: ["+text+"]")
		return nil
	}
	items := r.Items(v)
	if len(items) > clone.MaxSparse {
		r.Refuse(v.Place, fmt.Sprintf("sparse has %d directories, but at most %d can be named; name one that holds some of them", len(items), clone.MaxSparse))
		return nil
	}
	var directories []string
	for _, item := range items {
		item.Key = "a directory in sparse"
		directory := parsed(r, item, openly, checked(clone.CheckSparse))
		if directory != "" && slices.Contains(directories, directory) {
			r.RefuseValue(item.Place, directory, "the directory stands in this sparse already; remove one of them")
		}
		directories = append(directories, directory)
	}
	return directories
}
