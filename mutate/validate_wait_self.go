package mutate

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// maker is an object that makes Pods: what the template belongs to, or the controller that a Pod names.
type maker struct{ kind, name string }

// makers are those that are seen here.
func (s subject) makers() []maker {
	all := []maker{s.maker}
	for _, owner := range s.meta.OwnerReferences {
		all = append(all, maker{owner.Kind, owner.Name})
	}
	return all
}

// checkWaitSelf: no Pod waits for the object that makes it. A Job has not succeeded, and a Deployment is not rolled out, before its Pods run.
func checkWaitSelf(s subject, d decision) field.ErrorList {
	var errs field.ErrorList
	for _, w := range d.awaited.waits {
		itself := slices.ContainsFunc(s.makers(), func(m maker) bool {
			return m.name != "" && w.Namespace() == "" && w.Name() == m.name && strings.EqualFold(string(w.Kind()), m.kind)
		})
		if itself {
			errs = append(errs, w.refuse(fmt.Sprintf("%v is what makes this Pod, and comes to nothing before the Pod runs; remove the entry", w)))
		}
	}
	return errs
}
