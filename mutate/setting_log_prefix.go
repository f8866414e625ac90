package mutate

import (
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/contract"
)

// readLogPrefix reads orderly.dev/log-prefix: "true" puts the step's name before every line of its output, see [logPrefix].
func readLogPrefix(s subject, into *settings) field.ErrorList {
	return readSwitch(s, contract.AnnotationLogPrefix, &into.logPrefix)
}
