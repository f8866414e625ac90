package mutate

import (
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// checkHooks: a step that waits has no postStart hook. The kubelet would run it while the command waits, and start no other
// container before it has ended: a hook that waits for the command would then stop the Pod for ever.
func checkHooks(s subject, d decision) field.ErrorList {
	var errs field.ErrorList
	for _, c := range s.containers() {
		if c.Lifecycle != nil && c.Lifecycle.PostStart != nil && d.waits(s.spec, c.Name) {
			errs = append(errs, field.Forbidden(c.path.Child("lifecycle", "postStart"), hookTooEarly))
		}
	}
	return errs
}

const hookTooEarly = "this step waits before its command starts, and the hook would run before that; " +
	"do the same at the beginning of the command, or in a step of its own"
