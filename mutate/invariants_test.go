package mutate_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"sigs.k8s.io/randfill"

	"orderly.dev/mutate"
	"orderly.dev/mutate/contract"
	"orderly.dev/mutate/dependency"
)

// seeds are tried by every run of the tests, not only when fuzzing.
const seeds = 50

func addSeeds(f *testing.F) {
	for seed := range uint64(seeds) {
		f.Add(seed)
	}
}

// requireEqual compares as the API server does: an empty list is as good as none. The difference is shown where there is one.
func requireEqual(t *testing.T, want, got any, meaning string) {
	t.Helper()
	if !equality.Semantic.DeepEqual(want, got) {
		require.Fail(t, meaning, "(-want +got)\n%s", cmp.Diff(want, got))
	}
}

func mustMutate(t *testing.T, pod *corev1.Pod, config mutate.Config) *corev1.Pod {
	t.Helper()
	return mustMutateKnowing(t, pod, config, mutate.Facts{})
}

func mustMutateKnowing(t *testing.T, pod *corev1.Pod, config mutate.Config, facts mutate.Facts) *corev1.Pod {
	t.Helper()
	before := pod.DeepCopy()
	result, errs := mutate.Pod(pod, config, facts)
	require.Empty(t, errs)
	require.True(t, result.Asked)
	requireEqual(t, before, pod, "the input was changed")
	return result.Object
}

func FuzzRewritingTwiceIsRewritingOnce(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, seed uint64) {
		g := newGenerator(seed)
		pod, config := g.pod(), g.config()
		want := mustMutate(t, pod, config)
		got := mustMutate(t, want, config)
		requireEqual(t, want, got, "rewriting twice is not rewriting once")
		requireResolved(t, want)
	})
}

func FuzzUsersContainersKeepWhatTheyAre(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, seed uint64) {
		g := newGenerator(seed)
		pod := g.pod()
		got := usersContainers(mustMutate(t, pod, g.config()))
		want := usersContainers(pod)
		require.Len(t, got, len(want))
		for _, c := range got {
			i := slices.IndexFunc(want, func(w *corev1.Container) bool { return w.Name == c.Name })
			require.GreaterOrEqual(t, i, 0)
			require.Equal(t, want[i].VolumeMounts, first(c.VolumeMounts, len(want[i].VolumeMounts)))
			kept := want[i].DeepCopy()
			if emulates(pod, c) {
				keepEmulated(t, kept, c)
			}
			require.Equal(t, kept.Args, c.Args, "args stay as they are")
			kept.Command, kept.VolumeMounts, kept.RestartPolicy = c.Command, c.VolumeMounts, c.RestartPolicy
			kept.Resources.Requests = c.Resources.Requests // see FuzzOnlyRequestsOfStepsChange
			kept.LivenessProbe, kept.StartupProbe = withoutWrapper(t, kept.LivenessProbe, c.LivenessProbe), withoutWrapper(t, kept.StartupProbe, c.StartupProbe)
			kept.Env = withOurs(kept.Env, c.Env)
			if _, clones := pod.Annotations[contract.AnnotationClone]; clones && kept.WorkingDir == "" {
				kept.WorkingDir = c.WorkingDir
			}
			require.Equal(t, kept, c)
		}
	})
}

// withoutWrapper gives the new probe if it is the old one, perhaps with the wrapper before its command.
func withoutWrapper(t *testing.T, before, after *corev1.Probe) *corev1.Probe {
	t.Helper()
	if after == nil || after.Exec == nil || after.Exec.Command[0] != contract.WrapperPath {
		return before
	}
	require.Equal(t, before.Exec.Command, after.Exec.Command[5:])
	return after
}

// withOurs gives the new variables if they are the old ones, perhaps with ours before them: those about repositories, a home, and the Pod's address.
func withOurs(before, after []corev1.EnvVar) []corev1.EnvVar {
	home := corev1.EnvVar{Name: "HOME", Value: contract.HomeDir}
	var ours []corev1.EnvVar
	for len(after) > len(ours) && isAboutRepositories(after[len(ours)].Name) {
		ours = append(ours, after[len(ours)])
	}
	if at := len(ours); len(after) > at && after[at] == home {
		ours = append(ours, home)
		before = slices.DeleteFunc(slices.Clone(before), func(e corev1.EnvVar) bool { return e == home })
	}
	if at := len(ours); len(after) > at && after[at].Name == "POD_IP" {
		ours = append(ours, after[at])
	}
	if len(ours) == 0 {
		return before
	}
	return slices.Concat(ours, before)
}

func isAboutRepositories(variable string) bool {
	return slices.ContainsFunc([]string{"ORDERLY_", "SRC_", "ACTION_JOB_", "GIT_CONFIG_"}, func(prefix string) bool { return strings.HasPrefix(variable, prefix) })
}

func first[T any](list []T, n int) []T {
	if n == 0 {
		return nil
	}
	return list[:n]
}

// The Pods here are of every shape that the API's types allow, right or wrong.
func FuzzAnyPodIsJudgedOrRewrittenAndNeverTouched(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, seed uint64) {
		g := newGenerator(seed)
		pod, config := anyPod(g), g.config()
		before := pod.DeepCopy()
		result, errs := mutate.Pod(pod, config, mutate.Facts{})
		requireEqual(t, before, pod, "the input was changed")
		if len(errs) > 0 {
			require.Same(t, pod, result.Object)
			requireSmall(t, errs)
			return
		}
		again := mustMutate(t, result.Object, config)
		requireEqual(t, result.Object, again, "rewriting twice is not rewriting once")
	})
}

// anyPod fills every field at random. Half of the Pods get what a Pod with steps must have.
func anyPod(g generator) *corev1.Pod {
	pod := &corev1.Pod{}
	randfill.NewWithSeed(g.Int64()).NilChance(0.6).NumElements(1, 3).Fill(pod)
	pod.Labels = map[string]string{}
	pod.Annotations = map[string]string{contract.AnnotationSteps: "c-0"}
	if g.chance(50) {
		return pod
	}
	if len(pod.Spec.Containers) == 0 {
		pod.Spec.Containers = make([]corev1.Container, 1)
	}
	pod.Spec.OS, pod.Spec.NodeSelector, pod.Spec.Affinity, pod.Spec.RestartPolicy = nil, nil, nil, corev1.RestartPolicyOnFailure
	for i, name := range g.names("c", len(pod.Spec.Containers)) {
		c := &pod.Spec.Containers[i]
		c.Name, c.Command = name, []string{"make"}
		c.RestartPolicy, c.RestartPolicyRules, c.TerminationMessagePath = nil, nil, ""
	}
	for i, name := range g.names("i", len(pod.Spec.InitContainers)) {
		pod.Spec.InitContainers[i].Name = name
	}
	return pod
}

func FuzzAnyAnnotationIsJudged(f *testing.F) {
	for _, text := range []string{
		"a, b", "[a, b]", "- a\n- [b]", "a, [b", "&x a, *x", "a # b", "? a", "|", "a]\n---\n[b", "\x00", "- - - a", "{a: b}", "#", "-", `"a\nb"`,
		"{name: a, after: [b]}, b", "- name: b\n- [{name: a, timeout: 5m, runIf: always}]", "{name: a, after: [*x]}", "{name: a, name: b}", "? [a]",
	} {
		f.Add(text, `{"containers":["a"]}`)
	}
	f.Fuzz(func(t *testing.T, steps, owner string) {
		pod := makePod(steps, "a", "b")
		pod.Annotations[contract.AnnotationResolvedSteps] = owner
		result, errs := mutate.Pod(pod, makeConfig(), mutate.Facts{})
		if len(errs) > 0 {
			requireSmall(t, errs)
			return
		}
		require.True(t, strings.HasPrefix(result.Summary, "steps: "), result.Summary)
		again := mustMutate(t, result.Object, makeConfig())
		requireEqual(t, result.Object, again, "rewriting twice is not rewriting once")
	})
}

// Containers, annotations and paths here are any text at all, as before the API server's validation.
func FuzzAnyTextIsAnsweredOnOneShortLine(f *testing.F) {
	for _, text := range []string{"--", "-step", "../../etc", "a,b", "$(X)", "a\nb", "\xff", "\u2028", strings.Repeat("<", 9999)} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, pod := range []*corev1.Pod{makePod("a, b", "a", "b", text), makePod(text, "a"), makePod("a", "a")} {
			pod.Annotations[contract.Prefix+text] = text
			pod.Spec.Containers[0].TerminationMessagePath = text
			pod.Spec.RestartPolicy = corev1.RestartPolicy(text)
			pod.Spec.Volumes = []corev1.Volume{{Name: "orderly-" + text}}
			_, errs := mutate.Pod(pod, makeConfig(), mutate.Facts{})
			require.NotEmpty(t, errs)
			requireSmall(t, errs)
		}
	})
}

func FuzzAnyWaitIsJudged(f *testing.F) {
	for _, text := range []string{
		"- service: a", "[{service: a, for: [a, b]}, {container: b, for: [a]}]", "[{tcp: 'a:1'}, {socket: /a, for: [b]}]", "[{container: native}]",
		"[{from: /a, to: /b, for: [a]}]", "[{container: a, for: [native]}]", "[{file: /a, for: [b, native], timeout: 1ns}]", "[{daemonset: a}]", "{", "",
	} {
		f.Add(text, text, "a, b", true)
	}
	f.Fuzz(func(t *testing.T, waits, files, steps string, held bool) {
		for _, pod := range []*corev1.Pod{makePod(steps, "a", "b"), makePod("", "a", "b")} {
			if pod.Annotations[contract.AnnotationSteps] == "" {
				pod.Annotations, pod.Spec.RestartPolicy = map[string]string{}, corev1.RestartPolicyAlways
			}
			pod.Annotations[contract.AnnotationWaitFor], pod.Annotations[contract.AnnotationConfig] = waits, files
			if held {
				pod.Annotations[contract.AnnotationHold] = contract.HoldQueue
			}
			native := makeContainer("native")
			native.RestartPolicy = new(corev1.ContainerRestartPolicyAlways)
			pod.Spec.InitContainers = []corev1.Container{native}
			result, errs := mutate.Pod(pod, makeConfig(), mutate.Facts{})
			if len(errs) > 0 {
				requireSmall(t, errs)
				continue
			}
			requireEqual(t, result.Object, mustMutate(t, result.Object, makeConfig()), "rewriting twice is not rewriting once")
			requireResolved(t, result.Object)
		}
	})
}

// requireResolved demands that the companion loop can read what it has to judge, and that whatever waits for its word is told of a gate that
// the Pod shows as a file.
func requireResolved(t *testing.T, pod *corev1.Pod) {
	t.Helper()
	if text, given := pod.Annotations[contract.AnnotationResolvedWaits]; given {
		entries, problems := dependency.Parse(text)
		require.Empty(t, problems)
		for _, entry := range entries {
			require.Positive(t, entry.Timeout())
		}
		require.Equal(t, contract.ManagedYes, pod.Labels[contract.LabelManaged])
	}
	shown := map[string]bool{}
	for _, v := range pod.Spec.Volumes {
		if v.DownwardAPI != nil && v.Name == "orderly-ready" {
			for _, item := range v.DownwardAPI.Items {
				shown[contract.ReadyDir+"/"+item.Path] = true
			}
		}
	}
	for _, c := range allContainers(pod) {
		words := slices.Concat(c.Command, c.Args)
		found, wrapped := contract.FindWrapper(words)
		if waiter, waits := contract.FindWaiter(words); waits && waiter.Options.Entrypoint == contract.ToolsNop {
			found, wrapped = waiter, true
		}
		for _, file := range slices.Concat(found.Options.ReadyFiles, found.Options.CancelFiles) {
			require.True(t, wrapped && shown[file], "%s waits for %s, which is not there", c.Name, file)
		}
	}
}
