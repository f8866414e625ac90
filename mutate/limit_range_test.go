package mutate_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"orderly.dev/mutate"
	"orderly.dev/mutate/contract"
)

// What the API server's plugin LimitRanger does (kubernetes/plugin/pkg/admission/limitranger): before webhooks it fills in what containers do not
// say, after them it refuses what the LimitRanges do not allow.

// fillLimits fills in, and does what the API's defaulting does before: a request that is not written is the limit.
func fillLimits(pod *corev1.Pod, items []corev1.LimitRangeItem) {
	for _, c := range allContainers(pod) {
		fill(&c.Resources.Requests, c.Resources.Limits)
		for _, item := range items {
			if item.Type == corev1.LimitTypeContainer {
				fill(&c.Resources.Limits, item.Default)
				fill(&c.Resources.Requests, item.DefaultRequest)
			}
		}
	}
}

func fill(list *corev1.ResourceList, with corev1.ResourceList) {
	for name, quantity := range with {
		if _, given := (*list)[name]; given {
			continue
		}
		if *list == nil {
			*list = corev1.ResourceList{}
		}
		(*list)[name] = quantity
	}
}

// violations lists what LimitRanger refuses, each with the name of the container.
func violations(pod *corev1.Pod, items []corev1.LimitRangeItem) []string {
	var found []string
	for _, item := range items {
		if item.Type != corev1.LimitTypeContainer {
			continue
		}
		for _, c := range allContainers(pod) {
			for _, name := range []corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceMemory} {
				for _, problem := range problemsOf(item, name, c.Resources) {
					found = append(found, fmt.Sprintf("%s: %s %s", c.Name, name, problem))
				}
			}
		}
	}
	slices.Sort(found)
	return found
}

func problemsOf(item corev1.LimitRangeItem, name corev1.ResourceName, of corev1.ResourceRequirements) []string {
	request, requested := of.Requests[name]
	limit, limited := of.Limits[name]
	least, hasMin := item.Min[name]
	most, hasMax := item.Max[name]
	ratio, hasRatio := item.MaxLimitRequestRatio[name]
	var problems []string
	for problem, found := range map[string]bool{
		"request above limit": requested && limited && request.Cmp(limit) > 0,
		"request below min":   hasMin && (!requested || request.Cmp(least) < 0),
		"limit below min":     hasMin && limited && limit.Cmp(least) < 0,
		"request above max":   hasMax && requested && request.Cmp(most) > 0,
		"limit above max":     hasMax && (!limited || limit.Cmp(most) > 0),
		"ratio too large": hasRatio && (request.IsZero() || limit.IsZero() ||
			limit.AsApproximateFloat64()/request.AsApproximateFloat64() > ratio.AsApproximateFloat64()),
	} {
		if found {
			problems = append(problems, problem)
		}
	}
	return problems
}

// limits gives LimitRanges such as the API server accepts and fills in itself: max ≥ default ≥ default request ≥ min.
func (g generator) limits() []corev1.LimitRangeItem {
	item := corev1.LimitRangeItem{
		Type: corev1.LimitTypeContainer, Min: corev1.ResourceList{}, Max: corev1.ResourceList{}, Default: corev1.ResourceList{},
		DefaultRequest: corev1.ResourceList{}, MaxLimitRequestRatio: corev1.ResourceList{},
	}
	for _, name := range []corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceMemory} {
		unit := resource.MustParse("7m")
		if name == corev1.ResourceMemory {
			unit = resource.MustParse("5Mi")
		}
		sizes := []int{1 + g.IntN(20), 1 + g.IntN(20), 1 + g.IntN(20), 1 + g.IntN(20)}
		slices.Sort(sizes)
		for i, list := range []corev1.ResourceList{item.Min, item.DefaultRequest, item.Default, item.Max} {
			quantity := unit.DeepCopy()
			quantity.Mul(int64(sizes[i]))
			if i == 1 || i == 2 || g.chance(70) {
				list[name] = quantity
			}
		}
		if g.chance(50) {
			item.MaxLimitRequestRatio[name] = *resource.NewMilliQuantity(1000+g.Int64N(5000), resource.DecimalSI)
		}
	}
	return []corev1.LimitRangeItem{item}
}

func with(list corev1.ResourceList, name corev1.ResourceName, quantity string) corev1.ResourceList {
	if list == nil {
		list = corev1.ResourceList{}
	}
	list[name] = resource.MustParse(quantity)
	return list
}

// oursOf gives the containers that Orderly added.
func oursOf(pod *corev1.Pod) []*corev1.Container {
	return slices.DeleteFunc(allContainers(pod), func(c *corev1.Container) bool { return !strings.HasPrefix(c.Name, "orderly-") })
}

// requestsOfSteps asks that the requests of steps do not add up, where there are any.
func (g generator) requestsOfSteps(pod *corev1.Pod) {
	if _, steps := pod.Annotations[contract.AnnotationSteps]; steps || pod.Labels[contract.LabelInject] != "" {
		pod.Annotations[contract.AnnotationRequests] = "max"
	}
}

// The plugin is called before each pass of ours, and judges in the end.
func FuzzWhatALimitRangeAllowsItStillAllows(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, seed uint64) {
		g := newGenerator(seed)
		pod, config := g.pod(), makeConfig()
		config.Delivery = mutate.InitContainer
		g.resources(pod)
		g.requestsOfSteps(pod)
		facts := mutate.Facts{Limits: g.limits(), Quotas: []corev1.ResourceName{corev1.ResourceLimitsCPU, corev1.ResourceLimitsMemory}[:g.IntN(3)]}
		fillLimits(pod, facts.Limits)
		allowed := violations(pod, facts.Limits)

		once := mustMutateKnowing(t, pod, config, facts)
		fillLimits(once, facts.Limits)
		twice := mustMutateKnowing(t, once, config, facts)
		requireEqual(t, once, twice, "the plugin's second call changes the result")
		require.Subset(t, allowed, violations(once, facts.Limits), "of %v", facts.Limits)
		for _, name := range facts.Quotas {
			for _, c := range oursOf(once) {
				require.Contains(t, c.Resources.Limits, map[corev1.ResourceName]corev1.ResourceName{
					corev1.ResourceLimitsCPU: corev1.ResourceCPU, corev1.ResourceLimitsMemory: corev1.ResourceMemory,
				}[name])
			}
		}
	})
}
