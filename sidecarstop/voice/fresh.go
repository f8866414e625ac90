package voice

import (
	"time"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop/podview"
)

// API servers forget Events after an hour by default (--event-ttl), and then what is said once could be said again, by a companion that
// was started in between, as if it had happened now. So what lies further back is not said as an Event any more. The annotation and the condition stay.

// FreshFor is how long after something happened it is said as an Event. It must be less than the time after which Events are forgotten.
const FreshFor = 30 * time.Minute

// saidWithin is how long after the last step had ended a companion may still find out that somebody before it wrote the annotation and had no time for the
// Events. Later it is believed that they are there: one that starts would otherwise say everything again about all Pods that have ended, and the API
// server would refuse it thousands of times, while other Pods wait.
const saidWithin = time.Minute

// isFresh is true where one does not know when it happened.
func isFresh(happened, now time.Time) bool {
	return happened.IsZero() || now.Sub(happened) <= FreshFor
}

// isTold reports whether everything there is to say about the steps was said: all had ended when the condition was written.
func isTold(v podview.View, now time.Time) bool {
	finished, is := v.Condition(contract.ConditionFinished)
	return is && finished.Status == corev1.ConditionTrue && now.Sub(finished.LastTransitionTime.Time) > saidWithin
}
