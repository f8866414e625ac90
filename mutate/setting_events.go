package mutate

import (
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/contract"
)

// readEvents reads orderly.dev/events: brief or all. It is for the companion loop, which sees the Pod alone, so what an owner asks for is written
// on the Pod as well, where the next pass finds the same wish, only nearer.
func readEvents(s subject, into *settings) field.ErrorList {
	return readWord(s, contract.AnnotationEvents, &into.events, contract.EventsBrief, contract.EventsAll)
}
