package mutate

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

// allowance is what a Pod that says what it asks for as a whole leaves of a resource to an init container of ours; nil is no bound.
type allowance struct{ request, limit *resource.Quantity }

// allowancesOf are the allowances in the order of an appetite. Ours run beside the leading native sidecars, and before all others.
func allowancesOf(pod *corev1.Pod) []allowance {
	allowances := make([]allowance, len(frugals))
	if !hasPodResources(pod) {
		return allowances
	}
	for i, f := range frugals {
		if limit, given := pod.Spec.Resources.Limits[f.name]; given {
			allowances[i].limit = &limit
		}
		if left, given := pod.Spec.Resources.Requests[f.name]; given {
			left = left.DeepCopy()
			left.Sub(requestOfAll(pod.Spec.InitContainers[:leadingNatives(&pod.Spec)], f.name))
			allowances[i].request = new(larger(left, resource.Quantity{}))
		}
	}
	return allowances
}

func (a allowance) ofRequest(q resource.Quantity) resource.Quantity { return atMost(q, a.request) }

func (a allowance) ofLimit(q resource.Quantity) resource.Quantity { return atMost(q, a.limit) }

func atMost(q resource.Quantity, most *resource.Quantity) resource.Quantity {
	if most != nil && q.Cmp(*most) > 0 {
		return most.DeepCopy()
	}
	return q
}
