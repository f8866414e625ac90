package voice

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop/podview"
)

// The condition orderly.dev/Finished says that every step has ended for good, and how. Its transition is when the loop saw it.

func finishedCondition(v podview.View, steps []step, now time.Time) corev1.PodCondition {
	return corev1.PodCondition{
		Type: contract.ConditionFinished, Status: corev1.ConditionTrue,
		Reason: outcomeOf(v, steps), Message: summary(v, steps), LastTransitionTime: metav1.NewTime(now),
	}
}

// isSaid reports whether the Pod has the condition already, whenever it came.
func isSaid(v podview.View, want corev1.PodCondition) bool {
	have, is := v.Condition(want.Type)
	want.LastTransitionTime, want.LastProbeTime = have.LastTransitionTime, have.LastProbeTime
	want.ObservedGeneration = have.ObservedGeneration
	return is && have == want
}
