package mutate_test

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/mutate/contract/clone"
)

// hostileClones are hostile in their repositories.
var hostileClones = []hostilePod{
	{"as many repositories as there may be with the longest addresses, for as many containers as there may be", func() *corev1.Pod {
		entries := make([]string, clone.MaxRepositories)
		for i := range entries {
			entries[i] = fmt.Sprintf("{url: https://h/%s, path: %s%d}", strings.Repeat("a", 2000), strings.Repeat("p/", 500), i)
		}
		return withRepositories(makePod("n0", numbered("n", 248)...), entries)
	}},
	{"as many directories as there is room for", func() *corev1.Pod {
		return withRepositories(makePod("a", "a"), []string{"{url: https://h/a, sparse: [" + list(numbered("d", 9_000)) + "]}"})
	}},
	{"as many equal directories as there may be in each of as many repositories as there may be", func() *corev1.Pod {
		entries := make([]string, clone.MaxRepositories)
		for i := range entries {
			entries[i] = fmt.Sprintf("{url: https://h/%d, sparse: [%s]}", i, strings.TrimSuffix(strings.Repeat("docs,", clone.MaxSparse), ","))
		}
		return withRepositories(makePod("a", "a"), entries)
	}},
	{"as many directories that are patterns as there is room for", func() *corev1.Pod {
		return withRepositories(makePod("a", "a"), []string{"{url: https://h/a, sparse: ['*" + strings.Repeat("','*", 90) + "']}"})
	}},
	{"as many unknown keys that are nearly right as there is room for", func() *corev1.Pod {
		return withRepositories(makePod("a", "a"), []string{"{" + list(numbered("submodules", 4_000)) + "}"})
	}},
	{"as many entries as there is room for", func() *corev1.Pod {
		return withRepositories(makePod("a", "a"), strings.Split(strings.Repeat("[],", 20_000), ","))
	}},
	{"addresses of 30 KiB", func() *corev1.Pod {
		return withRepositories(makePod("a", "a"), []string{
			"https://h/" + strings.Repeat("a", 30<<10), "{url: 'https://h/" + strings.Repeat("%", 30<<10) + "', ref: " + strings.Repeat("../", 8<<10) + "}",
		})
	}},
}

func withRepositories(pod *corev1.Pod, entries []string) *corev1.Pod {
	pod.Annotations[contract.AnnotationClone] = "[" + list(entries) + "]"
	return pod
}
