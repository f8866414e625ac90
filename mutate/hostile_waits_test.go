package mutate_test

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

// hostileWaits are hostile in what they wait for.
var hostileWaits = []hostilePod{
	{"entries for containers with names that are nearly right", func() *corev1.Pod {
		pod := makePod("", numbered(strings.Repeat("y", 60), 250)...)
		pod.Annotations = map[string]string{contract.AnnotationWaitFor: entriesFor(18, numbered(strings.Repeat("x", 31), 100))}
		return pod
	}},
	{"long paths for as many containers as can be named", func() *corev1.Pod {
		names := numbered("n", contract.MaxSteps)
		pod := makePod("", names...)
		entries := make([]string, 32)
		for i := range entries {
			entries[i] = fmt.Sprintf("{file: /%s%d, for: [%s]}", strings.Repeat("p", 1500), i, list(names))
		}
		pod.Annotations = map[string]string{contract.AnnotationWaitFor: "[" + list(entries) + "]"}
		return pod
	}},
	{"as many steps as there may be that all wait for sidecars that wait for each other", func() *corev1.Pod {
		steps, sidecars := numbered("s", contract.MaxSteps), numbered("c", 150)
		pod := makePod("["+list(steps)+"]", append(sidecars, steps...)...)
		entries := make([]string, 32)
		for i := range entries {
			entries[i] = fmt.Sprintf("{container: c%d, for: [%s]}", i, list(sidecars[i+1:i+100]))
		}
		pod.Annotations[contract.AnnotationWaitFor] = "[" + list(entries) + "]"
		return pod
	}},
	{"as many containers as there may be that wait for each other, but in no circle", func() *corev1.Pod {
		names := numbered("n", 250)
		pod := makePod("", names...)
		entries := make([]string, 32)
		for i := range entries {
			entries[i] = fmt.Sprintf("{container: n%d, for: [%s]}", 249-i, list(names[149-i:249-i]))
		}
		pod.Annotations = map[string]string{contract.AnnotationWaitFor: "[" + list(entries) + "]"}
		return pod
	}},
	{"as many files as there may be in a container with 20,000 mounts", func() *corev1.Pod {
		pod := makePod("", "a")
		files := make([]string, 32)
		for i := range files {
			files[i] = fmt.Sprintf("{from: /t, to: /d/%d, for: [a]}", i)
		}
		pod.Annotations = map[string]string{contract.AnnotationConfig: "[" + list(files) + "]"}
		pod.Spec.Containers[0].VolumeMounts = slices.Repeat([]corev1.VolumeMount{{Name: "v", MountPath: "/d"}}, 20_000)
		return pod
	}},
	{"a list of entries nested as deep as there is room for", func() *corev1.Pod {
		pod := makePod("", "a")
		pod.Annotations = map[string]string{contract.AnnotationWaitFor: strings.Repeat("[", 30_000) + strings.Repeat("]", 30_000)}
		return pod
	}},
	{"values of fields that grow when they are written down again", func() *corev1.Pod {
		pod := makePod("", "a")
		entries := make([]string, 19)
		for i := range entries {
			entries[i] = growing(i)
		}
		pod.Annotations = map[string]string{contract.AnnotationWaitFor: "[" + list(entries) + "]"}
		return pod
	}},
	{"as many containers as there may be with as many variables of kubernetes-entrypoint as there may be dependencies", func() *corev1.Pod {
		pod := makePod("", numbered("n", 250)...)
		pod.Annotations = map[string]string{contract.AnnotationCompat: "kubernetes-entrypoint"}
		env := []corev1.EnvVar{{Name: "NAMESPACE", Value: "a"}, {Name: "COMMAND", Value: "run"}, {Name: "DEPENDENCY_SERVICE", Value: strings.Join(numbered("s", 32), ",")}}
		for i := range pod.Spec.Containers {
			pod.Spec.Containers[i].Command, pod.Spec.Containers[i].Env = []string{"kubernetes-entrypoint"}, env
		}
		pod.Spec.InitContainers, pod.Spec.Containers = pod.Spec.Containers[:200], pod.Spec.Containers[200:]
		return pod
	}},
	{"100,000 variables that kubernetes-entrypoint does not know, and a command of 60,000 words", func() *corev1.Pod {
		pod := makePod("", "a")
		pod.Annotations = map[string]string{contract.AnnotationCompat: "kubernetes-entrypoint"}
		c := &pod.Spec.Containers[0]
		c.Command, c.Env = nil, []corev1.EnvVar{{Name: "COMMAND", Value: strings.Repeat("a ", 30_000)}}
		for i := range 100_000 {
			c.Env = append(c.Env, corev1.EnvVar{Name: fmt.Sprintf("DEPENDENCY_%d", i)})
		}
		return pod
	}},
	{"a waiter that was told 400,000 words", func() *corev1.Pod {
		pod := makePod("", "a")
		pod.Annotations = map[string]string{contract.AnnotationWaitFor: "[{service: a}]"}
		pod.Spec.InitContainers = []corev1.Container{{
			Name: contract.WaitContainer, Command: slices.Concat([]string{contract.ToolsWrapper}, short(400_000), []string{"--"}),
		}}
		return pod
	}},
}

// entriesFor gives so many entries, each for these containers.
func entriesFor(count int, containers []string) string {
	entries := make([]string, count)
	for i := range entries {
		entries[i] = fmt.Sprintf("{service: s%d, for: [%s]}", i, list(containers))
	}
	return "[" + list(entries) + "]"
}
