package ending

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// "A regular container that is not a step and ends non-zero before the steps have ended cancels a Never Pod, which can no longer succeed, and is
// named."

// sidecarFailed are the grounds of a Pod that lost a sidecar for good. Only under Never does one end badly for good.
func (q question) sidecarFailed() grounds {
	if q.stepsEnded {
		return grounds{}
	}
	for _, c := range q.Sidecars() {
		if !endedBadly(c) || q.hasRestartRules(c.Name) {
			continue
		}
		return grounds{reason: ReasonSidecarFailed, message: fmt.Sprintf("sidecar %s ended before the steps did (%s), so the Pod cannot succeed any more",
			c.Name, causeOf(q.Pod, c.Status.State.Terminated))}
	}
	return grounds{}
}

// hasRestartRules reports whether a regular container says by itself when it is started again. Admission refuses that beside steps, but a webhook that
// comes later may add such a one.
func (q question) hasRestartRules(name string) bool {
	return slices.ContainsFunc(q.Pod.Spec.Containers, func(c corev1.Container) bool {
		return c.Name == name && (c.RestartPolicy != nil || len(c.RestartPolicyRules) > 0)
	})
}
