package mutate

import (
	"math/bits"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

// bounds are what the LimitRanges of a namespace say about one resource of each container, or of a whole Pod. All of them hold, so the
// narrowest count. They are those that the API server checks after admission (its plugin LimitRanger).
type bounds struct {
	// min and max bound request and limit; nil is no bound.
	min, max *resource.Quantity
	// ratio is how many times the request the limit may be; nil is no bound.
	ratio *resource.Quantity
	// whole is true where only whole numbers make sense: of everything but CPU.
	whole bool
	// limited is true where every container has a limit, because the API server demands it or fills it in.
	limited bool
}

func boundsOf(items []corev1.LimitRangeItem, kind corev1.LimitType, name corev1.ResourceName) bounds {
	b := bounds{whole: name != corev1.ResourceCPU}
	for i := range items {
		item := &items[i]
		if item.Type != kind {
			continue
		}
		b.min = narrower(b.min, item.Min, name, 1)
		b.max = narrower(b.max, item.Max, name, -1)
		b.ratio = narrower(b.ratio, item.MaxLimitRequestRatio, name, -1)
		_, filled := item.Default[name]
		b.limited = b.limited || filled
	}
	b.limited = b.limited || b.max != nil || b.ratio != nil
	return b
}

// narrower gives the larger of two quantities where order is 1, the smaller where it is -1.
func narrower(bound *resource.Quantity, list corev1.ResourceList, name corev1.ResourceName, order int) *resource.Quantity {
	q, given := list[name]
	if !given || bound != nil && q.Cmp(*bound) != order {
		return bound
	}
	return &q
}

// least is the smallest request that a container with this limit may have. A ratio without a limit is something that the API server
// refuses whatever the request is; then nothing is said, and ok is false.
func (b bounds) least(limit *resource.Quantity) (least resource.Quantity, ok bool) {
	if b.min != nil {
		least = b.min.DeepCopy()
	}
	if b.ratio == nil {
		return least, true
	}
	if limit == nil {
		return resource.Quantity{}, false
	}
	part := divide(*limit, *b.ratio)
	if b.whole {
		part.RoundUp(0)
	}
	if part.Cmp(least) > 0 {
		least = part
	}
	return least, true
}

// divide gives a quantity divided by a ratio, rounded up to a thousandth or, from [resource.MaxMilliValue] on, to a whole.
func divide(q, ratio resource.Quantity) resource.Quantity {
	by := uint64(max(ratio.MilliValue(), 1))
	if q.Value() <= resource.MaxMilliValue {
		return *resource.NewMilliQuantity(quotient(q.MilliValue(), by), q.Format)
	}
	return *resource.NewQuantity(quotient(q.Value(), by), q.Format)
}

// quotient is value / (by / 1000), rounded up, and never more than the value.
func quotient(value int64, by uint64) int64 {
	const thousand = 1000
	if by <= thousand {
		return value
	}
	high, low := bits.Mul64(uint64(max(value, 0)), thousand)
	whole, rest := bits.Div64(high, low, by) // high < thousand < by
	if rest > 0 {
		whole++
	}
	return int64(whole)
}
