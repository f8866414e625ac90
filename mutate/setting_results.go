package mutate

import (
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/contract"
)

// maxResults bounds the results of a step; the 4 KiB of its termination message hold fewer.
const maxResults = 100

const resultsHint = "write the results of each step such as {build: [version, digest]}"

// readResults reads orderly.dev/results: the files below /builder/results that a step leaves, by the name of the step.
func readResults(s subject, into *settings) field.ErrorList {
	lists, errs := readNamedLists(s, contract.AnnotationResults, resultsHint)
	regular := containerNames(s.spec.Containers)
	for _, list := range lists.lists {
		detail := resultProblem(list.words)
		if !slices.Contains(regular, list.name) {
			detail = "no container has this name" + nearestOf(errs, list.name, regular) + "; name a step"
		}
		if detail != "" {
			errs = append(errs, field.Invalid(lists.wish.path(), list.name, list.place.String()+": "+detail))
		}
	}
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
