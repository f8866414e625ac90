package mutate

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

// What a container that Orderly adds asks for: little, and no limit, because a limit of CPU would only make it slow. But where a
// ResourceQuota counts limits, a LimitRange bounds them, or the Pod is Guaranteed and should stay so, it has one, and both fit into
// what the LimitRanges allow. All of it is made anew in each pass, because what there is may be of a pass that knew less.

// frugal is what copying a file of 2 MB needs of a resource.
type frugal struct {
	name corev1.ResourceName
	// request, and limit where there has to be one.
	request, limit resource.Quantity
	// quota is the name under which a ResourceQuota counts limits.
	quota corev1.ResourceName
}

var frugals = []frugal{
	{corev1.ResourceCPU, resource.MustParse("10m"), resource.MustParse("100m"), corev1.ResourceLimitsCPU},
	{corev1.ResourceMemory, resource.MustParse("16Mi"), resource.MustParse("64Mi"), corev1.ResourceLimitsMemory},
}

// needs are what bounds a container of ours, for each of [frugals].
type needs struct {
	bounds []bounds
	// limited is true where there has to be a limit.
	limited []bool
	// guaranteed is true where request and limit have to be the same.
	guaranteed bool
}

// needsOf must see the Pod without containers of ours.
func needsOf(pod *corev1.Pod, facts Facts) needs {
	n := needs{guaranteed: isGuaranteed(pod)}
	for _, f := range frugals {
		b := boundsOf(facts.Limits, corev1.LimitTypeContainer, f.name)
		n.bounds = append(n.bounds, b)
		n.limited = append(n.limited, n.guaranteed || b.limited || slices.Contains(facts.Quotas, f.quota))
	}
	return n
}

// allot sets requests and limits of a container of ours anew.
func allot(c *corev1.Container, n needs) {
	for i, f := range frugals {
		b := n.bounds[i]
		request := b.clamp(f.request.DeepCopy())
		delete(c.Resources.Limits, f.name)
		if n.limited[i] {
			limit := b.clamp(larger(request, f.limit))
			if n.guaranteed {
				request = limit
			}
			if least, ok := b.least(&limit); ok {
				request = larger(request, least)
			}
			c.Resources.Limits = with(c.Resources.Limits, f.name, limit)
		}
		c.Resources.Requests = with(c.Resources.Requests, f.name, request)
	}
}

// clamp brings a quantity between min and max.
func (b bounds) clamp(q resource.Quantity) resource.Quantity {
	if b.min != nil {
		q = larger(q, *b.min)
	}
	if b.max != nil && q.Cmp(*b.max) > 0 {
		q = b.max.DeepCopy()
	}
	return q
}

func larger(a, b resource.Quantity) resource.Quantity {
	if a.Cmp(b) < 0 {
		return b.DeepCopy()
	}
	return a
}

func with(list corev1.ResourceList, name corev1.ResourceName, q resource.Quantity) corev1.ResourceList {
	if list == nil {
		list = corev1.ResourceList{}
	}
	list[name] = q
	return list
}
