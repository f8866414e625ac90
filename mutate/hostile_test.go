package mutate_test

import (
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
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

// hostilePod is a small request that asks for much work.
type hostilePod struct {
	name string
	make func() *corev1.Pod
}

var hostilePods = []hostilePod{
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
	{"as many results that are lists as there is room for", func() *corev1.Pod {
		pod := makePod("a", "a")
		pod.Annotations[contract.AnnotationResults] = "{" + strings.Repeat("a", 1000) + ": [" + strings.Repeat("[],", 20_000) + "[]]}"
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
	{"commands for more containers than there may be", func() *corev1.Pod {
		pod := makePod("a", append(numbered(strings.Repeat("x", 60), 249), "a")...)
		pod.Annotations[contract.AnnotationCommands] = "{" + strings.Join(short(7000), ": [b], ") + ": [b]}"
		return pod
	}},
	{"settings of 1 MiB", func() *corev1.Pod {
		pod := makePod("a", "a")
		for _, name := range []string{contract.AnnotationRequests, contract.AnnotationSidecarStop, contract.AnnotationHome} {
			pod.Annotations[name] = strings.Repeat("x", 1<<20)
		}
		return pod
	}},
	{"a wrapper that was told of 100,000 results", func() *corev1.Pod {
		return withCommand(contract.WrapperPath, "-results", list(short(100_000)), "-entrypoint", "sh", "--")
	}},
	{"a wrapper that was told of 400,000 templates", func() *corev1.Pod {
		return withCommand(contract.WrapperPath, "-template", strings.Repeat("/a=/b,", 400_000)+"/a=/b", "-entrypoint", "sh", "--")
	}},
	{"a wrapper that was told 600,000 words for a platform", func() *corev1.Pod {
		return withCommand(contract.WrapperPath, "-platform_entrypoint", `{"amd64":["`+strings.Repeat(`a","`, 600_000)+`"]}`, "--")
	}},
	{"a wrapper that was told of 50,000 platforms", func() *corev1.Pod {
		return withCommand(contract.WrapperPath, "-platform_entrypoint", `{"`+strings.Join(short(50_000), `":[],"`)+`":[]}`, "--")
	}},
	{"a wrapper that was told 400,000 words", func() *corev1.Pod {
		return withCommand(slices.Concat([]string{contract.WrapperPath}, short(400_000), []string{"--"})...)
	}},
	{"what nodes must be like, in 50,000 ways", func() *corev1.Pod {
		names := numbered("n", contract.MaxSteps)
		pod := makePod(list(names), names...)
		for i := range pod.Spec.Containers {
			pod.Spec.Containers[i].Command = nil
		}
		must := corev1.NodeSelectorTerm{MatchExpressions: make([]corev1.NodeSelectorRequirement, 50_000)}
		pod.Spec.Affinity = &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{
			RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{must}},
		}}
		return pod
	}},
	{"70,000 mounts of a volume of ours", func() *corev1.Pod {
		pod := makePod("a", "a")
		pod.Spec.Containers[0].VolumeMounts = slices.Repeat([]corev1.VolumeMount{{Name: "orderly-run", MountPath: "/a"}}, 70_000)
		return pod
	}},
	{"an owner's list of 500,000 steps", func() *corev1.Pod {
		pod := makePod("", numbered("n", 250)...)
		pod.Annotations = map[string]string{contract.AnnotationResolvedSteps: `{"containers":["n0"],"steps":["x` + strings.Repeat(`","x`, 500_000) + `"]}`}
		pod.Labels = map[string]string{contract.LabelInject: contract.InjectYes}
		return pod
	}},
	{"an owner's list of 50,000 names", func() *corev1.Pod {
		return withOwner(makePod("a", append(numbered("n", 200), "a")...), numbered("n", 50_000)...)
	}},
}

// withCommand gives a Pod of one step that runs these words.
func withCommand(words ...string) *corev1.Pod {
	pod := makePod("a", "a")
	pod.Spec.Containers[0].Command = words
	return pod
}

// hostileFacts answer for each image, so that all of a Pod is judged.
func hostileFacts(pod *corev1.Pod) mutate.Facts {
	facts := mutate.Facts{Images: map[string]mutate.Image{}}
	for _, c := range pod.Spec.Containers {
		facts.Images[c.Name] = mutate.Image{Platforms: []mutate.ImagePlatform{
			{OS: "linux", Architecture: "amd64", Cmd: []string{"sh"}}, {OS: "linux", Architecture: "arm64", Cmd: []string{"sh"}},
		}}
	}
	return facts
}

func TestSmallRequestsCannotUseMuchMemoryOrTime(t *testing.T) {
	// maxTime is what a busy machine needs for the slowest many times over; what is quadratic in 3 MiB needs minutes.
	const maxTime = 30 * time.Second
	for _, tc := range slices.Concat(hostilePods, hostileProjections, hostileWaits, hostileClones, hostileRepositories) {
		t.Run(tc.name, func(t *testing.T) {
			pod := tc.make()
			facts := hostileFacts(pod)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			_, errs := mutate.Pod(pod, makeConfig(), facts)
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			require.Less(t, took, maxTime)
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
