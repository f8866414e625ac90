package mutate_test

import (
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate"
	"orderly.dev/mutate/contract"
)

// maxAnswer is the most that the problems of one object may take when they are written out, in bytes.
const maxAnswer = 64 << 10

// requireSmall also demands that each problem is one line, so that nothing a user writes can look like an answer.
func requireSmall(t *testing.T, errs field.ErrorList) {
	t.Helper()
	size := 0
	for _, err := range errs {
		line := err.Error()
		size += len(line)
		require.False(t, strings.ContainsFunc(line, unicode.IsControl), "%q has control characters", line)
	}
	require.Less(t, size, maxAnswer)
}

// numbered gives so many names, each with its number.
func numbered(prefix string, count int) []string {
	names := make([]string, count)
	for i := range names {
		names[i] = fmt.Sprintf("%s%d", prefix, i)
	}
	return names
}

// short gives so many names that thousands of them fit into the annotation.
func short(count int) []string {
	names := make([]string, count)
	for i := range names {
		names[i] = strconv.FormatInt(int64(i), 36)
	}
	return names
}

func list(names []string) string { return strings.Join(names, ",") }

// hostilePods are small requests that ask for much work.
var hostilePods = []struct {
	name string
	make func() *corev1.Pod
}{
	{"thousands of wrong names, and containers with names of 10 KiB", func() *corev1.Pod {
		return makePod(strings.Repeat("x,", 4991)+"y", numbered(strings.Repeat("x", 10<<10), 20)...)
	}},
	{"thousands of wrong names", func() *corev1.Pod {
		return makePod(strings.Repeat("x,", 4991)+"y", numbered("n", 20)...)
	}},
	{"containers with names of 10 KiB", func() *corev1.Pod {
		return makePod(list(numbered("x", 100)), numbered(strings.Repeat("x", 10<<10), 20)...)
	}},
	{"two stages of 1,200 steps", func() *corev1.Pod {
		steps := short(2400)
		return makePod("["+list(steps[:1200])+"],["+list(steps[1200:])+"]", steps...)
	}},
	{"two stages of as many steps as there may be", func() *corev1.Pod {
		a, b := numbered(strings.Repeat("a", 61), 50), numbered(strings.Repeat("b", 61), 50)
		return makePod("["+list(a)+"],["+list(b)+"]", append(a, b...)...)
	}},
	{"2,400 steps and 3,000 sidecars of somebody else", func() *corev1.Pod {
		steps := short(2400)
		return withOwner(makePod(list(steps), append(numbered("late", 3000), steps...)...), steps[0])
	}},
	{"as many steps and sidecars of somebody else as there may be", func() *corev1.Pod {
		steps := numbered(strings.Repeat("s", 61), contract.MaxSteps)
		return withOwner(makePod(list(steps), append(numbered("late", 150), steps...)...), steps[0])
	}},
	{"names that are nearly right", func() *corev1.Pod {
		return makePod(list(numbered(strings.Repeat("x", 60), 100)), numbered(strings.Repeat("y", 60), 250)...)
	}},
	{"as many names in after as there is room for", func() *corev1.Pod {
		var steps []string
		names := numbered("n", contract.MaxSteps)
		for _, name := range names[:90] {
			steps = append(steps, "{name: "+name+", after: ["+list(numbered("wrong", contract.MaxSteps))[:690]+"]}")
		}
		return makePod(list(steps), names...)
	}},
	{"as many steps as there may be, each after all above", func() *corev1.Pod {
		names := numbered("n", contract.MaxSteps)
		var steps []string
		for i, name := range names {
			steps = append(steps, "{name: "+name+", runIf: always, after: ["+list(names[:i])+"]}")
		}
		return makePod(list(steps), names...)
	}},
	{"a list nested as deep as there is room for", func() *corev1.Pod {
		return makePod("{name: a, after: "+strings.Repeat("[", 30_000)+strings.Repeat("]", 30_000)+"}", "a")
	}},
	{"as many results as there is room for", func() *corev1.Pod {
		pod := makePod("a", numbered(strings.Repeat("x", 60), 249)...)
		pod.Spec.Containers = append(pod.Spec.Containers, makeContainer("a"))
		pod.Annotations[contract.AnnotationResults] = "{a: [" + strings.Repeat("r,", 20_000) + "r], " + list(numbered("b: [r], c", 1000)) + ": [r]}"
		return pod
	}},
	{"as much as can be asked for", func() *corev1.Pod {
		names := numbered("n", contract.MaxSteps)
		pod := makePod(list(names), names...)
		pod.Annotations[contract.AnnotationRequests] = "max"
		for i := range pod.Spec.Containers {
			pod.Spec.Containers[i].Resources.Requests = with(nil, corev1.ResourceCPU, fmt.Sprintf("%d", 1000+i*i%37))
		}
		return pod
	}},
	{"a restart policy of 1 MiB", func() *corev1.Pod {
		pod := makePod("a", "a")
		pod.Spec.RestartPolicy = corev1.RestartPolicy(strings.Repeat("x", 1<<20))
		return pod
	}},
	{"50,000 unknown annotations", func() *corev1.Pod {
		pod := makePod("a", "a")
		for _, name := range numbered(strings.Repeat("x", 40), 50_000) {
			pod.Annotations[contract.Prefix+name] = ""
		}
		return pod
	}},
	{"an owner's list of 50,000 names", func() *corev1.Pod {
		return withOwner(makePod("a", append(numbered("n", 200), "a")...), numbered("n", 50_000)...)
	}},
}

func TestSmallRequestsCannotUseMuchMemory(t *testing.T) {
	// maxAllocated bounds everything that is allocated on the way, also what is free again at the end.
	const maxAllocated = 50 << 20
	for _, tc := range hostilePods {
		t.Run(tc.name, func(t *testing.T) {
			pod := tc.make()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, errs := mutate.Pod(pod, makeConfig(), mutate.Facts{})
			runtime.ReadMemStats(&after)
			requireSmall(t, errs)
			require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(maxAllocated))
		})
	}
}

func TestContainersAreCounted(t *testing.T) {
	config := makeConfig()
	config.Delivery = mutate.InitContainer
	most := makePod("n0", numbered("n", 250)...)
	again := mustMutate(t, mustMutate(t, most, config), config)
	require.Len(t, again.Spec.InitContainers, 250, "the installer does not count")

	_, errs := mutate.Pod(makePod("n0", numbered("n", 251)...), config, mutate.Facts{})
	require.EqualError(t, errs.ToAggregate(), "spec.containers: Too many: 251: must have at most 250 items; "+
		"containers and init containers count together; split the Pod")
}

func TestAnnotationsAreCounted(t *testing.T) {
	pod := makePod("a", "a")
	for _, name := range numbered("x", 100) {
		pod.Annotations[contract.Prefix+name] = ""
	}
	_, errs := mutate.Pod(pod, makeConfig(), mutate.Facts{})
	require.EqualError(t, errs.ToAggregate(), "metadata.annotations: Too many: 101: must have at most 100 items; "+
		"those that start with orderly.dev/ count; remove what Orderly does not know")
}
