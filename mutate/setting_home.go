package mutate

import (
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/contract"
)

// readHome reads orderly.dev/home: "true" gives every step the same home directory, see shared_directories.go.
func readHome(s subject, into *settings) field.ErrorList {
	return readSwitch(s, contract.AnnotationHome, &into.home)
}
