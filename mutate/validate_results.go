package mutate

import (
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// checkResults: only a step leaves results; nobody waits for the end of a sidecar.
func checkResults(s subject, d decision) field.ErrorList {
	if !d.plan.any() {
		return nil
	}
	var errs field.ErrorList
	regular := containerNames(s.spec.Containers)
	for _, list := range d.settings.results.lists {
		if slices.Contains(regular, list.name) && !d.plan.has(list.name) {
			errs = append(errs, field.Invalid(d.settings.results.wish.path(), list.name,
				list.place.String()+": this container is no step, and only steps leave results; remove it, or name it in the steps"))
		}
	}
	return errs
}
