package mutate_test

import (
	"testing"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate"
)

// goldenOwner runs the cases of one kind of object that makes Pods.
type goldenOwner[T any] struct {
	create func(*T, mutate.Config, mutate.Facts) (mutate.Result[*T], field.ErrorList)
	update func(object, old *T, config mutate.Config, facts mutate.Facts) (mutate.Result[*T], field.ErrorList)
	config mutate.Config
	facts  mutate.Facts
}

func (o goldenOwner[T]) run(t *testing.T, c goldenCase, section string) map[string]string {
	t.Helper()
	object := mustDecode[T](t, c.sections[section])
	if !c.has(sectionOld) {
		result, errs := o.create(object, o.config, o.facts)
		return outputsOf(t, result, errs)
	}
	result, errs := o.update(object, mustDecode[T](t, c.sections[sectionOld]), o.config, o.facts)
	return outputsOf(t, result, errs)
}
