package mutate_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate"
)

// hostileRepositories are hostile in what is cloned.
var hostileRepositories = []hostilePod{
	{"repositories with long addresses for as many containers as there may be", func() *corev1.Pod {
		return withAddresses(makePod("", numbered("n", 250)...), 16, 1900)
	}},
	{"variables that tell about repositories, a thousand times in each container", func() *corev1.Pod {
		pod := withAddresses(makePod("", numbered("n", 250)...), 16, 10)
		for i := range pod.Spec.Containers {
			for range 200 {
				pod.Spec.Containers[i].Env = append(pod.Spec.Containers[i].Env, corev1.EnvVar{Name: "ORDERLY_SOURCE_URL"}, corev1.EnvVar{Name: "GIT_CONFIG_COUNT"})
			}
		}
		return pod
	}},
	{"a configuration of git that is ours, ten thousand times", func() *corev1.Pod {
		pod := withAddresses(makePod("", "a"), 1, 10)
		c := &pod.Spec.Containers[0]
		for range 10_000 {
			c.Env = append(c.Env, corev1.EnvVar{Name: "GIT_CONFIG_COUNT", Value: "1"}, corev1.EnvVar{Name: "GIT_CONFIG_KEY_0", Value: "safe.directory"},
				corev1.EnvVar{Name: "GIT_CONFIG_VALUE_0", Value: "/workspace/r0"})
		}
		return pod
	}},
}

// withAddresses makes a Pod without steps ask for so many repositories whose addresses have so many letters.
func withAddresses(pod *corev1.Pod, count, letters int) *corev1.Pod {
	entries := make([]string, count)
	for i := range entries {
		entries[i] = fmt.Sprintf("{url: https://git.example/%s/r%d}", strings.Repeat("x", letters), i)
	}
	pod.Annotations = map[string]string{}
	return withRepositories(pod, entries)
}

func TestWhatContainersAreToldOfRepositoriesFitsIntoThePod(t *testing.T) {
	_, errs := mutate.Pod(withAddresses(makePod("", numbered("n", 100)...), 10, 20), makeConfig(), mutate.Facts{})
	require.Empty(t, errs)
	_, errs = mutate.Pod(withAddresses(makePod("", numbered("n", 100)...), 16, 500), makeConfig(), mutate.Facts{})
	require.EqualError(t, errs.ToAggregate(), "metadata.annotations[orderly.dev/clone]: Invalid value: what the containers are told about repositories takes "+
		"1326100 bytes, but may take at most 524288; have fewer of them, in fewer steps, or shorter paths")
}
