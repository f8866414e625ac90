package mutate

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/contract"
)

// checkRestartPolicies: a Pod with steps ends, so its restartPolicy is Never or OnFailure, and no container has one of its own,
// which would start a step again after those behind it have run.
func checkRestartPolicies(s subject, _ decision) field.ErrorList {
	if _, steps := s.meta.Annotations[contract.AnnotationSteps]; !steps {
		return nil
	}
	var errs field.ErrorList
	if policy := s.spec.RestartPolicy; policy != corev1.RestartPolicyNever && policy != corev1.RestartPolicyOnFailure {
		errs = append(errs, field.Invalid(s.specPath().Child("restartPolicy"), string(policy),
			"steps run once, but Always (the default of a Pod that does not say) starts them for ever; "+
				"set restartPolicy: Never or OnFailure"))
	}
	for _, c := range s.containers() {
		if c.RestartPolicy != nil {
			errs = append(errs, field.Forbidden(c.path.Child("restartPolicy"), ownRestart))
		}
		if len(c.RestartPolicyRules) > 0 {
			errs = append(errs, field.Forbidden(c.path.Child("restartPolicyRules"), ownRestart))
		}
	}
	return errs
}

const ownRestart = "a container beside steps cannot be restarted on its own terms; remove it, the Pod's restartPolicy decides"
