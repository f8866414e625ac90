package podview

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

// View is a Pod as the companion loop sees it.
type View struct {
	// Pod is what was viewed. It is only read.
	Pod *corev1.Pod
	// Containers are in the order of the spec, init containers first.
	Containers []Container
}

// Of views a Pod, of which it reads what the companion's cache keeps.
func Of(pod *corev1.Pod) View {
	v := View{Pod: pod, Containers: make([]Container, 0, len(pod.Spec.InitContainers)+len(pod.Spec.Containers))}
	for i := range pod.Spec.InitContainers {
		v.Containers = append(v.Containers, initContainer(pod, &pod.Spec.InitContainers[i]))
	}
	for i := range pod.Spec.Containers {
		v.Containers = append(v.Containers, regularContainer(pod, &pod.Spec.Containers[i]))
	}
	return v
}

// IsManaged reports whether the Pod says that Orderly rewrote it.
func (v View) IsManaged() bool { return v.Pod.Labels[contract.LabelManaged] == contract.ManagedYes }

// IsOurs reports whether Orderly has a part in the Pod: a wrapper, a waiter, the cloner, or its scheduling gate, be it that it was opened and is gone. Anybody can
// write the label that [View.IsManaged] reads; of a Pod that has nothing but that only a cancel is our business.
func (v View) IsOurs() bool {
	return v.IsHeld() || v.IsReleased() || slices.ContainsFunc(v.Containers, func(c Container) bool { return c.Ours })
}

// IsCancelled reports whether the Pod is being ended, be it by the companion or by a user. One that cannot end is not.
func (v View) IsCancelled() bool {
	return v.Pod.Annotations[contract.AnnotationCancel] != "" && v.MayEnd()
}

// Condition returns the Pod's condition of that type, and false where it has none.
func (v View) Condition(kind corev1.PodConditionType) (corev1.PodCondition, bool) {
	i := slices.IndexFunc(v.Pod.Status.Conditions, func(c corev1.PodCondition) bool { return c.Type == kind })
	if i < 0 {
		return corev1.PodCondition{}, false
	}
	return v.Pod.Status.Conditions[i], true
}

// IsFinished reports whether all containers have ended for good, or the Pod never had a chance.
func (v View) IsFinished() bool {
	return v.Pod.Status.Phase == corev1.PodSucceeded || v.Pod.Status.Phase == corev1.PodFailed
}

// IsAlive reports whether something can still happen in the Pod: it has not finished, and nobody is deleting it.
func (v View) IsAlive() bool { return v.Pod.DeletionTimestamp == nil && !v.IsFinished() }

// MayEnd reports whether the Pod's restartPolicy lets it end, so that it can be cancelled.
func (v View) MayEnd() bool {
	return v.Pod.Spec.RestartPolicy == corev1.RestartPolicyNever || v.Pod.Spec.RestartPolicy == corev1.RestartPolicyOnFailure
}

// Steps are the steps of the Pod, in the order of the spec.
func (v View) Steps() []Container { return v.that(func(c Container) bool { return c.Role == Step }) }

// Sidecars are the sidecars of a Pod with steps, native ones first. In a Pod without steps nothing is a sidecar.
func (v View) Sidecars() []Container {
	if len(v.Steps()) == 0 {
		return nil
	}
	return v.that(Container.IsSidecar)
}

// Cloner is the init container that clones repositories, and false where the Pod has none.
func (v View) Cloner() (Container, bool) {
	i := slices.IndexFunc(v.Containers, func(c Container) bool { return c.Order != nil })
	if i < 0 {
		return Container{}, false
	}
	return v.Containers[i], true
}

// Find returns the container of that name.
func (v View) Find(name string) (Container, bool) {
	i := slices.IndexFunc(v.Containers, func(c Container) bool { return c.Name == name })
	if i < 0 {
		return Container{}, false
	}
	return v.Containers[i], true
}

func (v View) that(is func(Container) bool) []Container {
	// Containers are large, so they are counted before they are copied.
	count := 0
	for i := range v.Containers {
		if is(v.Containers[i]) {
			count++
		}
	}
	if count == 0 {
		return nil
	}
	some := make([]Container, 0, count)
	for i := range v.Containers {
		if is(v.Containers[i]) {
			some = append(some, v.Containers[i])
		}
	}
	return some
}
