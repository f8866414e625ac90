package mutate

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// clonerSecurity satisfies the PodSecurity profile "restricted", but for a Pod whose user is root. The cloner runs as whom its files are for: the Pod's
// user, else that of the first step, else that of its image. All of them can be read and written by everybody, so another user does no harm, and
// where the Pod says that nobody is root, the cloner is not either.
func clonerSecurity(pod *corev1.Pod, d decision) *corev1.SecurityContext {
	security := toolSecurity()
	ofPod := pod.Spec.SecurityContext
	if ofPod == nil {
		ofPod = &corev1.PodSecurityContext{}
	}
	user := ofPod.RunAsUser
	if user == nil {
		user = d.firstUser(pod)
	}
	forbidden := ofPod.RunAsNonRoot != nil && *ofPod.RunAsNonRoot
	switch {
	case user == nil, *user == 0 && forbidden:
		security.RunAsUser = new(int64(toolsUser))
	case *user == 0:
		security.RunAsUser, security.RunAsNonRoot = new(*user), nil
	default:
		security.RunAsUser = new(*user)
	}
	return security
}

// firstUser is what the first step says about its user; in a Pod without steps the first container that nobody else added. Nil where it says
// nothing.
func (d decision) firstUser(pod *corev1.Pod) *int64 {
	first := slices.IndexFunc(pod.Spec.Containers, func(c corev1.Container) bool {
		if d.plan.any() {
			return c.Name == d.plan.steps[0].name
		}
		return !d.config.isKnownSidecar(c.Name)
	})
	if first < 0 || pod.Spec.Containers[first].SecurityContext == nil {
		return nil
	}
	return pod.Spec.Containers[first].SecurityContext.RunAsUser
}
