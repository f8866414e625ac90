package mutate_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

// What a step asks for is as written, or an explicit 0; everything else stays.
func FuzzOnlyRequestsOfStepsChange(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, seed uint64) {
		g := newGenerator(seed)
		pod, config := g.pod(), g.config()
		g.resources(pod)
		g.requestsOfSteps(pod)
		got := usersContainers(mustMutate(t, pod, config))
		for _, want := range usersContainers(pod) {
			i := slices.IndexFunc(got, func(c *corev1.Container) bool { return c.Name == want.Name })
			after := got[i].Resources
			require.Equal(t, want.Resources.Limits, after.Limits)
			for name, quantity := range after.Requests {
				before, written := want.Resources.Requests[name]
				switch {
				case written && quantity.Cmp(before) == 0:
				case name == corev1.ResourceCPU, name == corev1.ResourceMemory:
					require.True(t, quantity.IsZero(), "%s of %s is %v", name, want.Name, quantity)
					require.True(t, strings.HasPrefix(want.Name, "step") || pod.Labels[contract.LabelInject] != "", "%s is no step", want.Name)
				default:
					require.Fail(t, "a request changed", "%s of %s is %v", name, want.Name, quantity)
				}
			}
		}
	})
}
