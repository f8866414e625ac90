package mutate

import (
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/contract"
)

// readHold reads orderly.dev/hold: queue holds the Pod in the queue of the scheduler until everything is true that the whole Pod waits for, so
// that a Pod which waits an hour takes no room on a node, see scheduling_gate.go.
func readHold(s subject, into *settings) field.ErrorList {
	var word string
	errs := readWord(s, contract.AnnotationHold, &word, contract.HoldQueue)
	into.held = word == contract.HoldQueue
	return errs
}
