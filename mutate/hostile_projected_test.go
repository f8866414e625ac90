package mutate_test

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

// hostileProjections are hostile in the directories that they ask for.
var hostileProjections = []hostilePod{
	{"a directory of as many files as there is room for", func() *corev1.Pod {
		return withProjected("[{path: /a, sources: [{configMap: a, items: {" + strings.Join(short(8000), ": f, ") + ": f}}]}]")
	}},
	{"a directory of as many different files as there is room for", func() *corev1.Pod {
		items := short(5500)
		for i, name := range items {
			items[i] = name + ": " + name
		}
		return withProjected("[{path: /a, sources: [{configMap: a, items: {" + list(items) + "}}]}]")
	}},
	{"files as deep as there is room for", func() *corev1.Pod {
		items := make([]string, 32)
		for i := range items {
			items[i] = fmt.Sprintf("k%d: f%d%s", i, i, strings.Repeat("/f", 900))
		}
		return withProjected("[{path: /a, sources: [{configMap: a, items: {" + list(items) + "}}]}]")
	}},
	{"files that are longer than any may be", func() *corev1.Pod {
		return withProjected("[{path: /a, sources: [{configMap: a, items: {a: " + strings.Repeat("f/", 30_000) + "f}}]}]")
	}},
	{"sources nested as deep as there is room for", func() *corev1.Pod {
		return withProjected("[{path: /a, sources: " + strings.Repeat("[", 30_000) + strings.Repeat("]", 30_000) + "}]")
	}},
	{"a mapping in a mapping as deep as there is room for", func() *corev1.Pod {
		return withProjected(strings.Repeat("{a: ", 12_000) + strings.Repeat("}", 12_000))
	}},
	{"as many unknown keys as there is room for", func() *corev1.Pod {
		return withProjected("[{" + strings.Join(short(9000), ": f, ") + ": f}]")
	}},
	{"as many sources as there may be, of which none is right", func() *corev1.Pod {
		return withProjected(repeated(16, func(i int) string {
			return fmt.Sprintf("{path: /d%d, sources: [%s]}", i, list(slices.Repeat([]string{"{cnofigMap: A, optioanl: x}"}, 100)))
		}))
	}},
	{"paths of characters that cannot be seen", func() *corev1.Pod {
		return withProjected("[{path: \"/" + strings.Repeat(`\u202e`, 1000) + "\", sources: [{configMap: \"" + strings.Repeat(`\U0001F4A9`, 1000) + "\"}]}]")
	}},
	{"a name of 60 KiB", func() *corev1.Pod {
		return withProjected("[{path: /a, sources: [{configMap: " + strings.Repeat("a", 60_000) + "}]}]")
	}},
	{"an anchor that means a long text", func() *corev1.Pod {
		return withProjected("- &a {path: /a, sources: [{configMap: a}]}\n" + strings.Repeat("- *a\n", 10))
	}},
	{"as many directories as there may be in as many containers, all in the way of as many mounts", func() *corev1.Pod {
		pod := makePod("", numbered("n", 250)...)
		pod.Annotations = map[string]string{contract.AnnotationProjected: repeated(16, func(i int) string {
			return fmt.Sprintf("{path: /d%d, sources: [{configMap: a}]}", i)
		})}
		for i := range pod.Spec.Containers {
			for j := range 200 {
				pod.Spec.Containers[i].VolumeMounts = append(pod.Spec.Containers[i].VolumeMounts, corev1.VolumeMount{
					Name: strings.Repeat("v", 100), MountPath: fmt.Sprintf("/d%d/%d-%d", j%16, i, j),
				})
			}
		}
		return pod
	}},
	{"as many directories as there may be beside a file to be made in a container with 70,000 mounts", func() *corev1.Pod {
		pod := withProjected(repeated(16, func(i int) string { return fmt.Sprintf("{path: /d%d, sources: [{configMap: a}]}", i) }))
		pod.Annotations[contract.AnnotationConfig] = "[{from: /t, to: /d/0, for: [a]}]"
		pod.Spec.Containers[0].VolumeMounts = slices.Repeat([]corev1.VolumeMount{{Name: "v", MountPath: "/e"}}, 70_000)
		return pod
	}},
	{"as many names as there may be that are nearly right", func() *corev1.Pod {
		pod := withProjected(repeated(9, func(i int) string {
			return fmt.Sprintf("{path: /d%d, sources: [{configMap: a}], for: [%s]}", i, list(numbered(strings.Repeat("x", 60), 100)))
		}))
		pod.Spec.Containers = makePod("", numbered(strings.Repeat("y", 60), 250)...).Spec.Containers
		return pod
	}},
}

// withProjected gives a Pod of one container that asks for these directories.
func withProjected(text string) *corev1.Pod {
	pod := makePod("", "a")
	pod.Annotations = map[string]string{contract.AnnotationProjected: text}
	return pod
}

// repeated gives a list of so many entries.
func repeated(count int, entry func(int) string) string {
	entries := make([]string, count)
	for i := range entries {
		entries[i] = entry(i)
	}
	return "[" + list(entries) + "]"
}
