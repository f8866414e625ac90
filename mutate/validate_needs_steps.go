package mutate

import (
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/contract"
)

// aboutSteps are the annotations that mean nothing without steps.
var aboutSteps = []string{
	contract.AnnotationFailFast,
	contract.AnnotationRequests,
	contract.AnnotationSidecarStop,
	contract.AnnotationSidecarGrace,
	contract.AnnotationResults,
	contract.AnnotationLogPrefix,
}

// checkNeedsSteps: what is said about steps and sidecars is said to a Pod that has steps. Where steps were asked for and are wrong, that
// is told already.
func checkNeedsSteps(s subject, d decision) field.ErrorList {
	if _, given := s.wish(contract.AnnotationSteps); given || s.asksForAll() || d.plan.any() {
		return nil
	}
	var errs field.ErrorList
	for _, name := range aboutSteps {
		if w, given := s.wish(name); given {
			errs = append(errs, field.Forbidden(w.path(), "there are no steps here, which this is about; name them in "+contract.AnnotationSteps+
				", or remove it"))
		}
	}
	return errs
}
