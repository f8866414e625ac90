package mutate

import (
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/contract"
)

// checkLabels: the label orderly.dev/inject is true or false, wherever it stands.
func checkLabels(s subject, _ decision) field.ErrorList {
	var errs field.ErrorList
	for _, label := range s.inject {
		if label.text != contract.InjectNo && label.text != contract.InjectYes {
			errs = append(errs, field.NotSupported(label.path(), label.text, []string{contract.InjectYes, contract.InjectNo}))
		}
	}
	return errs
}
