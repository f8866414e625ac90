package mutate

import (
	"fmt"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/contract"
)

// checkHold: a Pod in the queue has no node, so it waits for nothing there that can only be judged on a node or in a container; and it waits for
// something, or it would be held for nothing.
func checkHold(s subject, d decision) field.ErrorList {
	if !d.awaited.held {
		return nil
	}
	w, _ := s.wish(contract.AnnotationHold)
	var errs field.ErrorList
	if s.spec.NodeName != "" {
		errs = append(errs, field.Invalid(w.path(), w.text, fmt.Sprintf(
			"spec.nodeName puts the Pod on node %s past the scheduler, so it cannot wait in the queue; remove one of the two", cut(s.spec.NodeName, maxValue))))
	}
	whole := false
	for _, entry := range d.awaited.waits {
		whole = whole || entry.HoldsPod()
		if entry.NeedsNode() || entry.Kind().Inside() {
			errs = append(errs, entry.refuse(fmt.Sprintf("%v cannot be waited for in the queue (%s: %s), where the Pod has no node and no container; "+
				"remove one of the two", entry, contract.AnnotationHold, contract.HoldQueue)))
		}
	}
	if _, given := s.wish(contract.AnnotationWaitFor); !whole && (!given || len(d.awaited.waits) > 0) {
		errs = append(errs, field.Invalid(w.path(), w.text, "there is nothing that the whole Pod waits for; add an entry without for to "+
			contract.AnnotationWaitFor+", or remove this"))
	}
	return errs
}
