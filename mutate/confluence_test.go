package mutate_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate"
	"orderly.dev/mutate/contract"
)

// Others change Pods before or after Orderly, and in which order is nobody's to say. Each function here is one thing that others do; the
// result must be the same whether they did it before Orderly, or after it and Orderly was asked again.

func FuzzOthersInsertAContainerAnywhere(f *testing.F) { fuzzAdds(f, containerAdds) }

func FuzzOthersInsertAnInitContainerAnywhere(f *testing.F) { fuzzAdds(f, initContainerAdds) }

func FuzzOthersAddVariables(f *testing.F) { fuzzAdds(f, []add{{"variables", addEnv}}) }

func FuzzOthersAddMounts(f *testing.F) { fuzzAdds(f, []add{{"mounts", addMounts}}) }

func FuzzOthersConfigureGit(f *testing.F) {
	fuzzAdds(f, []add{{"a configuration of git", addGitConfig}})
}

func FuzzOthersPutAToolInFrontOfEveryCommand(f *testing.F) { fuzzAdds(f, []add{{"a tool", addTool}}) }

func FuzzTheAPIServerAppliesItsDefaults(f *testing.F) { fuzzAdds(f, []add{{"defaults", addDefaults}}) }

func FuzzOthersReorderTheContainers(f *testing.F) { fuzzAdds(f, []add{{"another order", reorder}}) }

// fuzzAdds holds that adding and rewriting can change places, for hand-made Pods and for those drawn from the API types.
func fuzzAdds(f *testing.F, adds []add) {
	f.Helper()
	addSeeds(f)
	f.Fuzz(func(t *testing.T, seed uint64) {
		g := newGenerator(seed)
		pod, config := g.pod(), g.config()
		drawn := drawPod(newGenerator(seed))
		for _, add := range adds {
			change := func(pod *corev1.Pod) { add.apply(pod, newGenerator(seed)) }
			_, accepted := tryMutate(t, pod, config)
			require.True(t, accepted, "a hand-made Pod is right")
			requireConfluent(t, pod, config, change)
			requireConfluent(t, drawn, config, change)
		}
	})
}

// requireConfluent does not concern Pods that are denied either way.
func requireConfluent(t *testing.T, pod *corev1.Pod, config mutate.Config, add func(*corev1.Pod)) {
	t.Helper()
	before := pod.DeepCopy()
	add(before)
	want, accepted := tryMutate(t, before, config)
	if !accepted {
		return
	}
	after, accepted := tryMutate(t, pod, config)
	require.True(t, accepted, "what others do makes no wrong Pod right")
	add(after)
	got := mustMutate(t, after, config)
	requireEqual(t, normal(t, want), normal(t, got), "before and after are not the same")
}

// tryMutate reports whether the Pod was accepted. What is said about one that was not is short.
func tryMutate(t *testing.T, pod *corev1.Pod, config mutate.Config) (*corev1.Pod, bool) {
	t.Helper()
	before := pod.DeepCopy()
	result, errs := mutate.Pod(pod, config, mutate.Facts{})
	requireEqual(t, before, pod, "the input was changed")
	if len(errs) > 0 {
		require.Same(t, pod, result.Object)
		requireSmall(t, errs)
		return nil, false
	}
	return result.Object, true
}

// normalPod is a Pod without the two differences that doc.go allows.
type normalPod struct {
	Pod      *corev1.Pod
	Wrappers map[string]contract.Options
}

// normal takes the wrappers off, because a tool may stand on either side of one, and sorts the converted sidecars where no
// owner's list gives their order.
func normal(t *testing.T, pod *corev1.Pod) normalPod {
	t.Helper()
	n := normalPod{Pod: pod.DeepCopy(), Wrappers: map[string]contract.Options{}}
	for _, c := range usersContainers(n.Pod) {
		words := slices.Concat(c.Command, c.Args)
		if found, wrapped := contract.FindWrapper(words); wrapped {
			require.Equal(t, 1, count(words, contract.WrapperPath), "%s is wrapped more than once", c.Name)
			c.Command = nil
			c.Args = slices.Concat(words[:found.Flags-1], []string{found.Options.Entrypoint}, words[found.End:])
			found.Options.Entrypoint, found.Options.Args = "", nil
			n.Wrappers[c.Name] = found.Options
		}
	}
	if _, listed := pod.Annotations[contract.AnnotationResolvedSteps]; !listed {
		converted := n.Pod.Spec.InitContainers[firstOf(n.Pod.Spec.InitContainers, func(name string) bool {
			return hasMount(n.Pod, name)
		}):]
		slices.SortFunc(converted, func(a, b corev1.Container) int { return strings.Compare(a.Name, b.Name) })
		delete(n.Pod.Annotations, contract.AnnotationStatus) // it lists them in their order
	}
	return n
}

func hasMount(pod *corev1.Pod, container string) bool {
	return slices.ContainsFunc(pod.Spec.InitContainers, func(c corev1.Container) bool {
		return c.Name == container && slices.ContainsFunc(c.VolumeMounts, func(m corev1.VolumeMount) bool { return m.MountPath == contract.RunDir })
	})
}

func count(words []string, word string) int {
	n := 0
	for _, w := range words {
		if w == word {
			n++
		}
	}
	return n
}
