package mutate

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/annotation"
	"orderly.dev/mutate/contract"
)

// checkAnnotations: every annotation of the domain orderly.dev is known and supported. What a user asked for is refused rather than
// ignored. Annotations that Orderly writes are no mistake of the user's: they are made anew.
func checkAnnotations(s subject, _ decision) field.ErrorList {
	var errs field.ErrorList
	for _, l := range s.levels {
		for _, name := range userAnnotations(l.meta.Annotations) {
			if detail := annotationProblem(name); detail != "" {
				errs = append(errs, field.Forbidden(l.annotationPath(name), detail))
			}
		}
	}
	outermost := s.levels[len(s.levels)-1]
	for _, name := range userAnnotations(s.carried) {
		if detail := annotationProblem(name); detail != "" && name != contract.LabelInject {
			errs = append(errs, field.Forbidden(outermost.annotationPath(contract.AnnotationFromOwner).Key(keyOf(name)), detail))
		}
	}
	return errs
}

// userAnnotations lists, in alphabetical order, the names of annotations under [contract.Prefix] that Orderly did not write.
func userAnnotations(annotations map[string]string) []string {
	var names []string
	for name := range annotations {
		if isUserKey(name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func isUserKey(name string) bool {
	if !strings.HasPrefix(name, contract.Prefix) {
		return false
	}
	key, known := contract.FindKey(name)
	return !known || key.Origin == contract.ByUser
}

func annotationProblem(name string) string {
	_, known := contract.FindKey(name)
	switch {
	case !known:
		return "unknown annotation" + annotation.DidYouMean(strings.TrimPrefix(name, contract.Prefix), annotationNames) + "; correct or remove it"
	case name == contract.LabelInject:
		return "this is a label, not an annotation; move it to metadata.labels"
	case name == contract.AnnotationShareReadinessWith:
		return "belongs on the Namespace whose objects others may wait for; move it there"
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
