package mutate

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/contract"
)

// checkRestartPolicies: a Pod with steps ends, so its restartPolicy is Never or OnFailure, and no container has one of its own,
// which would start a step again after those behind it have run.
func checkRestartPolicies(s subject, d decision) field.ErrorList {
	if _, asked := s.wish(contract.AnnotationSteps); !asked && !d.plan.any() {
		return nil
	}
	var errs field.ErrorList
	if !endsItself(s.spec) {
		errs = append(errs, field.Invalid(s.specPath().Child("restartPolicy"), string(s.spec.RestartPolicy),
			"steps run once, but Always (the default of a Pod that does not say) starts them for ever; "+s.restartHint()))
	}
	for _, c := range s.containers() {
		if c.RestartPolicy != nil {
			errs = append(errs, field.Forbidden(c.path.Child("restartPolicy"), ownRestart))
		}
		if len(c.RestartPolicyRules) > 0 {
			errs = append(errs, field.Forbidden(c.path.Child("restartPolicyRules"), ownRestart))
		}
	}
	return append(errs, checkRunIfFailure(s, d.plan)...)
}

func (s subject) restartHint() string {
	if s.ofWorkload {
		return "make it a Job, whose Pods end, or ask for no steps"
	}
	return "set restartPolicy: Never or OnFailure"
}

// checkRunIfFailure: under OnFailure no step waits for a failure, because there is none that is final: a step that fails is started
// again, until it succeeds or the Pod is ended from outside.
func checkRunIfFailure(s subject, p plan) field.ErrorList {
	if s.spec.RestartPolicy != corev1.RestartPolicyOnFailure {
		return nil
	}
	var errs field.ErrorList
	for _, step := range p.steps {
		if step.form.runIf == contract.RunOnFailure {
			errs = append(errs, field.Invalid(p.path, string(step.form.runIf), step.form.runIfPlace.String()+
				": under restartPolicy OnFailure a step that fails is started again, so step "+step.name+" would never run; "+
				"set restartPolicy: Never, or remove runIf"))
		}
	}
	return errs
}

const ownRestart = "a container beside steps cannot be restarted on its own terms; remove it, the Pod's restartPolicy decides"
