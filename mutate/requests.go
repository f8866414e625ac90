package mutate

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"orderly.dev/mutate/contract"
)

// orderly.dev/requests: max — the scheduler adds up the requests of all containers, as if they ran at the same time. Steps that wait
// for each other do not. So for each resource by itself the heaviest set of steps that can run together (antichain.go) keeps its
// requests, and the other steps ask for an explicit 0, or for the least that the namespace's LimitRanges allow. Explicit, because the
// API server fills in what is not written. Limits stay, and so do init containers and sidecars.
//
// Inside the Pod a step with a request of 0 gets the processor time that the Pod as a whole has, because whoever asked for more waits
// or has ended. To the kernel's out-of-memory killer it is the first to go, as in any Pod that asks for less memory than it uses.
//
// The second pass sees the smaller requests, finds the same set, and changes nothing. What others change in between is taken as it
// is: requests that were written before a pass are known to that pass only.

// reducible are the resources of which a container may get more than it asked for. All others (huge pages, and what device
// plugins offer) must be asked for as they are limited.
var reducible = []corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceMemory, corev1.ResourceEphemeralStorage}

// reduceRequests makes the requests of steps smaller, and says what came of it.
func reduceRequests(pod *corev1.Pod, d decision, limits []corev1.LimitRangeItem) []string {
	switch {
	case d.settings.requests != requestsMax:
		return nil
	case hasPodResources(pod):
		return []string{noReduction + "spec.resources says what the whole Pod asks for"}
	case isGuaranteed(pod):
		return []string{noReduction + "the Pod is Guaranteed, because each container asks for what it is limited to, and would not be with less"}
	}
	var changes, warnings []string
	for _, name := range reducible {
		r := newReduction(pod, d.plan, name, limits)
		before, after := r.totals(pod)
		switch {
		case len(r.of) == 0:
		case r.isForbidden(pod, after, limits):
			warnings = append(warnings, fmt.Sprintf("%sa LimitRange does not allow a Pod to ask for so little %s", noReduction, resourceWords[name]))
		default:
			r.carryOut()
			changes = append(changes, fmt.Sprintf("%s → %s %s", inWords(before), inWords(after), resourceWords[name]))
		}
	}
	if len(changes) > 0 {
		warnings = slices.Concat([]string{"requests: " + strings.Join(changes, ", ")}, warnings)
	}
	return warnings
}

const noReduction = contract.AnnotationRequests + ": max leaves the requests as written: "

var resourceWords = map[corev1.ResourceName]string{
	corev1.ResourceCPU:              "CPU",
	corev1.ResourceMemory:           "memory",
	corev1.ResourceEphemeralStorage: "ephemeral storage",
}

// inWords writes a quantity for people: an odd number of bytes as megabytes, rounded up.
func inWords(q resource.Quantity) string {
	const mega = 1 << 20
	if value := q.Value(); value > mega && value%mega != 0 && value%1000 != 0 {
		return fmt.Sprintf("%dMi", value/mega+1)
	}
	return q.String()
}

// reduction is what becomes of one resource.
type reduction struct {
	name corev1.ResourceName
	// smaller holds the new requests of the steps whose request changes, by their names.
	smaller map[string]resource.Quantity
	// of holds their containers.
	of []*corev1.Container
}

func newReduction(pod *corev1.Pod, p plan, name corev1.ResourceName, limits []corev1.LimitRangeItem) reduction {
	r := reduction{name: name, smaller: map[string]resource.Quantity{}}
	steps := stepContainers(pod, p)
	weights := weightsOf(steps, name)
	kept := heaviest(weights, p.graph.all)
	b := boundsOf(limits, corev1.LimitTypeContainer, name)
	for i, c := range steps {
		if !weights[i].isSome() || kept.has(i) {
			continue
		}
		least, ok := b.least(limitOf(c, name))
		if !ok || least.Cmp(requestOf(c, name)) >= 0 {
			continue
		}
		r.smaller[c.Name] = least
		r.of = append(r.of, c)
	}
	return r
}

// stepContainers gives the containers of the steps in the order of the plan.
func stepContainers(pod *corev1.Pod, p plan) []*corev1.Container {
	byName := map[string]*corev1.Container{}
	for i := range pod.Spec.Containers {
		byName[pod.Spec.Containers[i].Name] = &pod.Spec.Containers[i]
	}
	steps := make([]*corev1.Container, len(p.steps))
	for i, s := range p.steps {
		steps[i] = byName[s.name]
	}
	return steps
}

// requestOf is what counts as the request: where only a limit is written, the API server takes that for the request too.
func requestOf(c *corev1.Container, name corev1.ResourceName) resource.Quantity {
	if q, given := c.Resources.Requests[name]; given {
		return q
	}
	return c.Resources.Limits[name]
}

func limitOf(c *corev1.Container, name corev1.ResourceName) *resource.Quantity {
	if q, given := c.Resources.Limits[name]; given {
		return &q
	}
	return nil
}

// weightsOf gives each step its request; the first in the alphabet have the greatest rank.
func weightsOf(steps []*corev1.Container, name corev1.ResourceName) []weight {
	var names []string
	for _, c := range steps {
		names = append(names, c.Name)
	}
	slices.Sort(names)
	weights := make([]weight, len(steps))
	for i, c := range steps {
		amount := amountOf(requestOf(c, name), name)
		if place, found := slices.BinarySearch(names, c.Name); found && amount > 0 {
			weights[i] = weight{amount: amount, rank: int64(len(names) - place)}
		}
	}
	return weights
}

// maxAmount keeps the sum of [contract.MaxSteps] amounts in 63 bits; no machine has as much of anything.
const maxAmount = 1 << 56

// amountOf is a request as a number: thousandths of a CPU, bytes of everything else.
func amountOf(q resource.Quantity, name corev1.ResourceName) int64 {
	value := q.Value()
	if name == corev1.ResourceCPU && value <= resource.MaxMilliValue {
		value = q.MilliValue()
	}
	return min(max(value, 0), maxAmount)
}

func (r reduction) carryOut() {
	for _, c := range r.of {
		if c.Resources.Requests == nil {
			c.Resources.Requests = corev1.ResourceList{}
		}
		c.Resources.Requests[r.name] = r.smaller[c.Name]
	}
}

// totals are what the Pod asks for as it is, and as it would.
func (r reduction) totals(pod *corev1.Pod) (before, after resource.Quantity) {
	before = podTotal(pod, func(c *corev1.Container) resource.Quantity { return requestOf(c, r.name) })
	after = podTotal(pod, func(c *corev1.Container) resource.Quantity {
		if q, smaller := r.smaller[c.Name]; smaller {
			return q
		}
		return requestOf(c, r.name)
	})
	return before, after
}

// isForbidden reports whether a LimitRange for whole Pods would refuse what the Pod asks for.
func (r reduction) isForbidden(pod *corev1.Pod, after resource.Quantity, limits []corev1.LimitRangeItem) bool {
	b := boundsOf(limits, corev1.LimitTypePod, r.name)
	limit := podTotal(pod, func(c *corev1.Container) resource.Quantity { return c.Resources.Limits[r.name] })
	least, ok := b.least(&limit)
	return ok && after.Cmp(least) < 0
}
