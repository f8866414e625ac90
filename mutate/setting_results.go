package mutate

import (
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/annotation"
	"orderly.dev/mutate/contract"
)

// maxResults bounds the results of a step; the 4 KiB of its termination message hold fewer.
const maxResults = 100

const resultsHint = "write the results of each step such as {build: [version, digest]}"

// readResults reads orderly.dev/results: the files below /builder/results that a step leaves, by the name of the step.
func readResults(s subject, into *settings) field.ErrorList {
	regular := containerNames(s.spec.Containers)
	lists, errs := readNamedLists(s, contract.AnnotationResults, resultsHint, func(r *annotation.Reader, list namedList) string {
		if !slices.Contains(regular, list.name) {
			return "no container has this name" + r.Nearest(list.name, regular) + "; name a step"
		}
		return resultProblem(list.words)
	})
	into.results = lists
	return errs
}

func resultProblem(names []string) string {
	if len(names) > maxResults {
		return fmt.Sprintf("%d results; a step can leave at most %d", len(names), maxResults)
	}
	for i, name := range names {
		if err := contract.CheckResult(name); err != nil {
			return err.Error()
		}
		if slices.Contains(names[:i], name) {
			return "the result " + name + " stands there twice; remove one of them"
		}
	}
	return ""
}
