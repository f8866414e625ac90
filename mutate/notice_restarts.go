package mutate

import (
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

// noticeRestarts: under OnFailure the kubelet starts a step that fails again and again, so nothing comes of runIf: always, and little of
// retries.
func noticeRestarts(s subject, d decision) []string {
	if s.spec.RestartPolicy != corev1.RestartPolicyOnFailure {
		return nil
	}
	var always, retried []string
	for _, step := range d.plan.steps {
		if step.form.runIf == contract.RunAlways {
			always = append(always, step.name)
		}
		if step.form.retries > 0 {
			retried = append(retried, step.name)
		}
	}
	var warnings []string
	if len(always) > 0 {
		warnings = append(warnings, "runIf: always of "+enumerate(always)+" means no more than success: under restartPolicy OnFailure "+
			"a step that fails is started again until it succeeds, or the whole Pod is ended")
	}
	if len(retried) > 0 {
		warnings = append(warnings, "retries of "+enumerate(retried)+" come on top: under restartPolicy OnFailure the kubelet starts a failed "+
			"step again anyway, without end, and a Job counts that against its backoffLimit")
	}
	return warnings
}
