package cluster

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// counts reports whether a ResourceQuota counts a Pod, and so demands something of its containers. All of its scopes must match;
// those that nothing is known about here do.
func counts(quota *corev1.ResourceQuotaSpec, pod *corev1.Pod) bool {
	for _, scope := range quota.Scopes {
		if !matches(corev1.ScopedResourceSelectorRequirement{ScopeName: scope, Operator: corev1.ScopeSelectorOpExists}, pod) {
			return false
		}
	}
	return quota.ScopeSelector == nil || !slices.ContainsFunc(quota.ScopeSelector.MatchExpressions,
		func(r corev1.ScopedResourceSelectorRequirement) bool { return !matches(r, pod) })
}

func matches(r corev1.ScopedResourceSelectorRequirement, pod *corev1.Pod) bool {
	switch r.ScopeName {
	case corev1.ResourceQuotaScopeTerminating:
		return pod.Spec.ActiveDeadlineSeconds != nil
	case corev1.ResourceQuotaScopeNotTerminating:
		return pod.Spec.ActiveDeadlineSeconds == nil
	case corev1.ResourceQuotaScopePriorityClass:
		return hasPriority(r, pod.Spec.PriorityClassName)
	default:
		return true
	}
}

func hasPriority(r corev1.ScopedResourceSelectorRequirement, class string) bool {
	switch r.Operator {
	case corev1.ScopeSelectorOpIn:
		return slices.Contains(r.Values, class)
	case corev1.ScopeSelectorOpNotIn:
		return !slices.Contains(r.Values, class)
	case corev1.ScopeSelectorOpDoesNotExist:
		return class == ""
	case corev1.ScopeSelectorOpExists:
	}
	return class != ""
}
