package main

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
)

// What the API server fills in before it asks a webhook counts in the judgement, but is not to be seen in the result: nobody asked
// for it here, and the API server will do it again. Only what package mutate reads is filled in.

// filler fills in, and returns what takes it back where it is unchanged.
type filler func(*corev1.PodSpec) (takeBack func(*corev1.PodSpec))

// fillPolicy is what is filled in in the template of a Job or a workload.
func fillPolicy(spec *corev1.PodSpec) func(*corev1.PodSpec) {
	if spec.RestartPolicy != "" {
		return func(*corev1.PodSpec) {}
	}
	spec.RestartPolicy = corev1.RestartPolicyAlways
	return func(result *corev1.PodSpec) {
		if result.RestartPolicy == corev1.RestartPolicyAlways {
			result.RestartPolicy = ""
		}
	}
}

// fillResources is what is filled in in a Pod: its policy, requests where there are only limits, and what LimitRanges give.
func fillResources(limits []corev1.LimitRangeItem) filler {
	return func(spec *corev1.PodSpec) func(*corev1.PodSpec) {
		policyBack := fillPolicy(spec)
		filled := map[string]corev1.ResourceRequirements{}
		for c := range containersOf(spec) {
			filled[c.Name] = fillContainer(c, limits)
		}
		return func(result *corev1.PodSpec) {
			policyBack(result)
			for c := range containersOf(result) {
				takeBackContainer(c, filled[c.Name], limits)
			}
		}
	}
}

// takeBackContainer takes back what would be filled in again in the same way. That may not be so where admission changed a limit,
// because what is filled in for a request depends on it.
func takeBackContainer(c *corev1.Container, added corev1.ResourceRequirements, limits []corev1.LimitRangeItem) {
	less := c.DeepCopy()
	takeAway(&less.Resources.Requests, added.Requests)
	takeAway(&less.Resources.Limits, added.Limits)
	again := less.DeepCopy()
	fillContainer(again, limits)
	if equality.Semantic.DeepEqual(again.Resources, c.Resources) {
		c.Resources = less.Resources
	}
}

// fillContainer returns what it added (SetDefaults_Pod, then the plugin LimitRanger).
func fillContainer(c *corev1.Container, limits []corev1.LimitRangeItem) (added corev1.ResourceRequirements) {
	add := func(to, noted *corev1.ResourceList, from corev1.ResourceList) {
		for name, quantity := range from {
			if _, given := (*to)[name]; given {
				continue
			}
			for _, list := range []*corev1.ResourceList{to, noted} {
				if *list == nil {
					*list = corev1.ResourceList{}
				}
				(*list)[name] = quantity.DeepCopy()
			}
		}
	}
	add(&c.Resources.Requests, &added.Requests, c.Resources.Limits)
	for _, item := range limits {
		if item.Type == corev1.LimitTypeContainer {
			add(&c.Resources.Requests, &added.Requests, item.DefaultRequest)
			add(&c.Resources.Limits, &added.Limits, item.Default)
		}
	}
	return added
}

// takeAway removes what was added and is still the same.
func takeAway(list *corev1.ResourceList, added corev1.ResourceList) {
	for name, quantity := range added {
		if q, given := (*list)[name]; given && q.Equal(quantity) {
			delete(*list, name)
		}
	}
	if len(*list) == 0 && len(added) > 0 {
		*list = nil
	}
}

// containersOf goes through the containers that have resources of their own to be filled in.
func containersOf(spec *corev1.PodSpec) func(yield func(*corev1.Container) bool) {
	return func(yield func(*corev1.Container) bool) {
		for _, list := range [][]corev1.Container{spec.InitContainers, spec.Containers} {
			for i := range list {
				if !yield(&list[i]) {
					return
				}
			}
		}
	}
}

// fillLimits gives an item of a LimitRange the API's defaults (SetDefaults_LimitRangeItem).
func fillLimits(item *corev1.LimitRangeItem) {
	if item.Type != corev1.LimitTypeContainer {
		return
	}
	fill := func(list *corev1.ResourceList, from corev1.ResourceList) {
		if *list == nil {
			*list = corev1.ResourceList{}
		}
		for name, quantity := range from {
			if _, given := (*list)[name]; !given {
				(*list)[name] = quantity.DeepCopy()
			}
		}
	}
	fill(&item.Default, item.Max)
	fill(&item.DefaultRequest, item.Default)
	fill(&item.DefaultRequest, item.Min)
}
