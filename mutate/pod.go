package mutate

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Pod rewrites a Pod that asks for it, as it comes at CREATE, with the API's defaults applied. Where the list of errors is not empty
// it is to be denied: the list holds everything that is wrong with it.
func Pod(pod *corev1.Pod, config Config, facts Facts) (Result[*corev1.Pod], field.ErrorList) {
	s := podSubject(pod)
	if !s.asks() {
		return Result[*corev1.Pod]{Object: pod}, nil
	}
	d, errs := decide(s.withImages(facts), config)
	if len(errs) > 0 {
		return Result[*corev1.Pod]{Object: pod, Asked: true}, bounded(errs)
	}
	changed := pod.DeepCopy()
	done := apply(changed, d, surroundings{config, facts})
	return Result[*corev1.Pod]{Object: changed, Asked: true, Summary: done.summary, Warnings: done.warnings}, nil
}

// Asks reports whether a user wants a Pod to be rewritten: neither it nor an owner has the label orderly.dev/inject: "false", and it
// or an owner has that label with "true", or any annotation under orderly.dev that is a user's. What the owners say is read from
// the annotation orderly.dev/from-owner.
func Asks(pod *corev1.Pod) bool {
	return subject{meta: &pod.ObjectMeta, spec: &pod.Spec}.withWishes().asks()
}

// surroundings are everything but the object that an answer depends on.
type surroundings struct {
	config Config
	facts  Facts
}
