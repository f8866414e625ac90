package mutate

import (
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/annotation"
	"orderly.dev/mutate/contract"
)

// checkProjectedNames: whoever is named to see a directory is a container of the Pod, or has the name of one that another webhook adds: that webhook may
// be called after this one, and then all is judged again. Any container can be named: volumes are there before the first init container starts, so a
// sidecar and an init container can mount one as well as a step, whatever else waits for what.
func checkProjectedNames(s subject, d decision) field.ErrorList {
	if len(d.settings.projected) == 0 {
		return nil
	}
	w, _ := s.wish(contract.AnnotationProjected)
	names := slices.Concat(containerNames(s.spec.Containers), usersInitNames(s.spec))
	var errs field.ErrorList
	for _, p := range d.settings.projected {
		for _, named := range p.named {
			if !slices.Contains(names, named.Name) && !d.config.isKnownSidecar(named.Name) {
				errs = append(errs, annotation.Problem{Place: named.Place, Value: named.Name, Detail: "no container has this name" +
					nearest(errs, named.Name, names) + "; the containers are " + enumerate(names)}.Invalid(w.path()))
			}
		}
	}
	return errs
}
