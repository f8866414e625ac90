package mutate

import (
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// checkHooks: a container that waits in the wrapper has no postStart hook. The kubelet would run it while the command waits, and start no other
// container before it has ended: a hook that waits for the command would then stop the Pod for ever.
func checkHooks(s subject, d decision) field.ErrorList {
	var errs field.ErrorList
	for c := range s.everyContainer() {
		if c.Lifecycle == nil || c.Lifecycle.PostStart == nil || !d.waits(s.spec, c.Name) {
			continue
		}
		detail := "this " + d.noun(c.Name) + hookTooEarly
		if d.plan.has(c.Name) {
			detail += ", or in a step of its own"
		}
		errs = append(errs, field.Forbidden(c.path.Child("lifecycle", "postStart"), detail))
	}
	return errs
}

const hookTooEarly = " waits before its command starts, and the hook would run before that; " +
	"do the same at the beginning of the command"
