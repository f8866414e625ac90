package mutate

import (
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/contract"
)

// requestsMode says how the requests of steps that cannot run together add up.
type requestsMode string

const (
	// requestsSum leaves them as written. The default.
	requestsSum requestsMode = "sum"
	// requestsMax lets the heaviest set of steps that can run together count, see requests.go.
	requestsMax requestsMode = "max"
)

// readRequests reads orderly.dev/requests: max or sum.
func readRequests(s subject, into *settings) field.ErrorList {
	return readWord(s, contract.AnnotationRequests, &into.requests, requestsMax, requestsSum)
}
