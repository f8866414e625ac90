package mutate

import (
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/annotation"
)

// checkWaitWords: paths, addresses and names of interfaces become words of a command, where Kubernetes would replace $(VAR), and make one dollar of two. Nobody who
// reads the annotation would see that.
func checkWaitWords(_ subject, d decision) field.ErrorList {
	var errs field.ErrorList
	check := func(path *field.Path, place annotation.Position, words ...string) {
		for _, word := range words {
			if escapeVariables(word) != word {
				errs = append(errs, annotation.Problem{Place: place, Value: word,
					Detail: "Kubernetes would replace what stands behind the dollar; write it without $( and $$"}.Invalid(path))
			}
		}
	}
	for _, w := range d.awaited.waits {
		check(w.path, w.Place(), w.Path(), w.Address())
	}
	for _, f := range d.awaited.files {
		check(f.path, f.Place(), f.Template().Source, f.Template().Destination, f.Template().Interface)
	}
	return errs
}
