package mutate

import (
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/contract"
)

// checkWaitTimeout: what is said about waiting is said to a Pod that waits for something. One with steps waits for its sidecars. Where steps or
// waits were asked for and are wrong, that is told already; and a chart may write all variables of kubernetes-entrypoint, with nothing in them.
func checkWaitTimeout(s subject, d decision) field.ErrorList {
	w, given := s.wish(contract.AnnotationWaitTimeout)
	_, steps := s.wish(contract.AnnotationSteps)
	_, waits := s.wish(contract.AnnotationWaitFor)
	if !given || steps || waits || s.asksForAll() || len(d.awaited.waits) > 0 || d.settings.emulates {
		return nil
	}
	return field.ErrorList{field.Forbidden(w.path(), "nothing is waited for here; name it in "+contract.AnnotationWaitFor+", or remove this")}
}
