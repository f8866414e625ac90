package mutate

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/contract"
)

// checkAnnotations: every annotation of the domain orderly.dev is known and supported. What a user asked for is refused rather than
// ignored. Annotations that Orderly writes are no mistake of the user's: they are made anew.
func checkAnnotations(s subject, _ decision) field.ErrorList {
	var errs field.ErrorList
	for _, name := range userAnnotations(s.meta.Annotations) {
		if detail := annotationProblem(name); detail != "" {
			errs = append(errs, field.Forbidden(s.annotationPath(name), detail))
		}
	}
	return errs
}

// userAnnotations lists, in alphabetical order, the names of annotations under [contract.Prefix] that Orderly did not write.
func userAnnotations(annotations map[string]string) []string {
	var names []string
	for name := range annotations {
		if !strings.HasPrefix(name, contract.Prefix) {
			continue
		}
		if key, known := contract.FindKey(name); !known || key.Origin == contract.ByUser {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func annotationProblem(name string) string {
	key, known := contract.FindKey(name)
	switch {
	case !known:
		return "unknown annotation" + didYouMean(strings.TrimPrefix(name, contract.Prefix), annotationNames) + "; correct or remove it"
	case name == contract.LabelInject:
		return "this is a label, not an annotation; move it to metadata.labels"
	case !key.Supported:
		return "not supported by this version (" + key.Meaning + "); remove it"
	}
	return ""
}

// annotationNames are the annotations that a user may write, without the prefix that all of them share.
var annotationNames = func() []string {
	var names []string
	for _, key := range contract.Keys() {
		if key.Origin == contract.ByUser && key.Name != contract.LabelInject {
			names = append(names, strings.TrimPrefix(key.Name, contract.Prefix))
		}
	}
	return names
}()
