package mutate

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

// What a container that Orderly adds asks for: what its work needs, and no limit, because a limit of CPU would only make it slow, and one of
// memory end it. But where a ResourceQuota counts limits, a LimitRange bounds them, or the Pod is Guaranteed and should stay so, it has one, and
// both fit into what the LimitRanges allow. Where the Pod as a whole says what it asks for, they fit into that, too: the API server refuses a Pod
// whose containers ask for more. All of it is made anew in each pass, because what there is may be of a pass that knew less.

// appetite is what a container needs of a resource for its work.
type appetite struct {
	name corev1.ResourceName
	// request, and limit where there has to be one.
	request, limit resource.Quantity
	// quota is the name under which a ResourceQuota counts limits.
	quota corev1.ResourceName
}

// frugals are for copying a file of 2 MB, or waiting.
var frugals = []appetite{
	{corev1.ResourceCPU, resource.MustParse("10m"), resource.MustParse("100m"), corev1.ResourceLimitsCPU},
	{corev1.ResourceMemory, resource.MustParse("16Mi"), resource.MustParse("64Mi"), corev1.ResourceLimitsMemory},
}

// cloning is for git. A clone of 50,000 files at depth 1 takes 30 s of CPU, and 127 MB in git's largest process (git 2.39); up to four run at the
// same time. The request is that of one, because an init container's counts only where it is more than what all containers ask for that run
// later. The limit leaves room for four, and for one with files of some hundred MB, which git takes into memory as a whole.
var cloning = []appetite{
	{corev1.ResourceCPU, resource.MustParse("100m"), resource.MustParse("1"), corev1.ResourceLimitsCPU},
	{corev1.ResourceMemory, resource.MustParse("128Mi"), resource.MustParse("1Gi"), corev1.ResourceLimitsMemory},
}

// needs are what bounds a container of ours, for each resource of an appetite.
type needs struct {
	bounds []bounds
	// limited is true where there has to be a limit.
	limited []bool
	// guaranteed is true where request and limit have to be the same.
	guaranteed bool
	// reserved is what the Pod's containers ask for together.
	reserved []resource.Quantity
	// allowances are what the Pod as a whole leaves.
	allowances []allowance
}

// needsOf must see the Pod without containers of ours.
func needsOf(pod *corev1.Pod, facts Facts) needs {
	n := needs{guaranteed: isGuaranteed(pod)}
	for _, f := range frugals {
		b := boundsOf(facts.Limits, corev1.LimitTypeContainer, f.name)
		n.bounds = append(n.bounds, b)
		n.limited = append(n.limited, n.guaranteed || b.limited || slices.Contains(facts.Quotas, f.quota))
		n.reserved = append(n.reserved, requestOfAll(pod.Spec.Containers, f.name))
	}
	return n
}

func requestOfAll(containers []corev1.Container, name corev1.ResourceName) resource.Quantity {
	var sum resource.Quantity
	for i := range containers {
		sum.Add(requestOf(&containers[i], name))
	}
	return sum
}

// mostOf is the limit where there has to be one. A Guaranteed Pod asks for as much as its limit is, so there it takes what the Pod has reserved for its containers
// anyway: the Pod needs no larger node because of us.
func (n needs) mostOf(i int, a appetite) resource.Quantity {
	if n.guaranteed && n.reserved[i].Cmp(a.limit) < 0 {
		return n.reserved[i].DeepCopy()
	}
	return a.limit.DeepCopy()
}

// allot sets requests and limits of a container of ours anew.
func allot(c *corev1.Container, n needs, appetites []appetite) {
	for i, f := range appetites {
		b := n.bounds[i]
		request := b.clamp(f.request.DeepCopy())
		delete(c.Resources.Limits, f.name)
		if n.limited[i] {
			limit := n.allowances[i].ofLimit(b.clamp(larger(request, n.mostOf(i, f))))
			if n.guaranteed {
				limit = n.allowances[i].ofRequest(limit)
				request = limit
			}
			if least, ok := b.least(&limit); ok {
				request = larger(request, least)
			}
			c.Resources.Limits = with(c.Resources.Limits, f.name, limit)
		}
		c.Resources.Requests = with(c.Resources.Requests, f.name, n.allowances[i].ofRequest(request))
	}
}

// clamp brings a quantity between min and max.
func (b bounds) clamp(q resource.Quantity) resource.Quantity {
	if b.min != nil {
		q = larger(q, *b.min)
	}
	return atMost(q, b.max)
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
