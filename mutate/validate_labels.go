package mutate

import (
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/contract"
)

// checkLabels: the label orderly.dev/inject is true or false, and asks for nothing by itself. That every container becomes a
// step, as the label alone will mean, is not supported yet.
func checkLabels(s subject, _ decision) field.ErrorList {
	value, given := s.meta.Labels[contract.LabelInject]
	path := s.labelPath(contract.LabelInject)
	switch {
	case !given || value == contract.InjectNo:
		return nil
	case value != contract.InjectYes:
		return field.ErrorList{field.NotSupported(path, value, []string{contract.InjectYes, contract.InjectNo})}
	}
	if _, steps := s.meta.Annotations[contract.AnnotationSteps]; !steps {
		return field.ErrorList{field.Forbidden(path, "the label alone is not supported by this version; "+
			"name the steps in the annotation "+contract.AnnotationSteps+`, such as "fetch, build"`)}
	}
	return nil
}
