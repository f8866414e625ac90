package mutate

import (
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

// noticeFailFast: whoever writes orderly.dev/fail-fast should know where it has no effect. Without steps it is denied.
func noticeFailFast(s subject, d decision) []string {
	if !d.settings.failFast.given || s.spec.RestartPolicy != corev1.RestartPolicyOnFailure {
		return nil
	}
	return []string{contract.AnnotationFailFast + " has no effect under restartPolicy OnFailure: a step that fails is started again, and ends nobody"}
}
