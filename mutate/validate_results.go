package mutate

import (
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/annotation"
)

// checkResults: only a step leaves results; nobody waits for the end of a sidecar.
func checkResults(s subject, d decision) field.ErrorList {
	if !d.plan.any() {
		return nil
	}
	var r annotation.Reader
	regular := containerNames(s.spec.Containers)
	for _, list := range d.settings.results.lists {
		if slices.Contains(regular, list.name) && !d.plan.has(list.name) {
			r.RefuseValue(list.place, list.name, "this container is no step, and only steps leave results; remove it, or name it in the steps")
		}
	}
	return d.settings.results.wish.refused(r.Problems()...)
}
