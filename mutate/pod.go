package mutate

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/contract"
)

// Pod rewrites a Pod that asks for it, as it comes at CREATE, with the API's defaults applied. Where the list of errors is not empty
// it is to be denied: the list holds everything that is wrong with it.
func Pod(pod *corev1.Pod, config Config) (Result[*corev1.Pod], field.ErrorList) {
	if !contract.Asks(pod.Labels, pod.Annotations) {
		return Result[*corev1.Pod]{Object: pod}, nil
	}
	d, errs := decide(podSubject(pod), config)
	if len(errs) > 0 {
		return Result[*corev1.Pod]{Object: pod, Asked: true}, bounded(errs)
	}
	changed := pod.DeepCopy()
	done := apply(changed, d, config)
	return Result[*corev1.Pod]{Object: changed, Asked: true, Summary: done.summary, Warnings: done.warnings}, nil
}
