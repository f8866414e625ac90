package mutate

import (
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/contract"
	"orderly.dev/mutate/contract/clone"
)

// readEnvPrefix reads orderly.dev/env-prefix, what the names of the variables begin with that tell about repositories, such as BUILD_.
func readEnvPrefix(s subject, into *settings) field.ErrorList {
	w, given := s.wish(contract.AnnotationEnvPrefix)
	if !given {
		return nil
	}
	prefix, err := clone.ParseEnvPrefix(w.text)
	if err != nil {
		return field.ErrorList{field.Invalid(w.path(), w.text, err.Error())}
	}
	into.repositories.EnvPrefix = prefix
	return nil
}
