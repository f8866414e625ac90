package mutate

import (
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/contract"
)

// aboutRepositories are the annotations that mean nothing without repositories.
var aboutRepositories = []string{
	contract.AnnotationSSHHostKeys,
	contract.AnnotationEnvPrefix,
}

// checkNeedsClone: what is said about repositories is said to a Pod that has some. Beside kubernetes-entrypoint the other tool may be named in vain,
// because both names together are what somebody writes who comes from a place where both are used.
func checkNeedsClone(s subject, d decision) field.ErrorList {
	if _, given := s.wish(contract.AnnotationClone); given {
		return nil
	}
	var errs field.ErrorList
	for _, name := range aboutRepositories {
		if w, given := s.wish(name); given {
			errs = append(errs, field.Forbidden(w.path(), "there are no repositories here, which this is about; name them in "+contract.AnnotationClone+
				", or remove it"))
		}
	}
	if w, given := s.wish(contract.AnnotationCompat); given && d.settings.gitEventsRunner && !d.settings.emulates {
		errs = append(errs, field.Invalid(w.path(), w.text, "the variables of "+compatGitEventsRunner+" tell about repositories, and there are none here; name them in "+
			contract.AnnotationClone+", or remove this"))
	}
	return errs
}
