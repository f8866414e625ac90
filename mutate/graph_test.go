package mutate

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/contract"
)

// makePlan reads the annotation for a Pod that has a container for each of the names.
func makePlan(t testing.TB, policy corev1.RestartPolicy, annotation string, names ...string) plan {
	t.Helper()
	p, errs := tryPlan(policy, annotation, names...)
	require.NoError(t, errs.ToAggregate())
	return p
}

func tryPlan(policy corev1.RestartPolicy, annotation string, names ...string) (plan, field.ErrorList) {
	pod := &corev1.Pod{Spec: corev1.PodSpec{RestartPolicy: policy}}
	pod.Annotations = map[string]string{contract.AnnotationSteps: annotation}
	for _, name := range names {
		pod.Spec.Containers = append(pod.Spec.Containers, corev1.Container{Name: name})
	}
	s := podSubject(pod)
	chosen, _ := readSettings(s)
	return readPlan(s, Config{}, chosen)
}

func TestWhatAStepLooksAt(t *testing.T) {
	for _, tc := range []struct {
		name, annotation string
		policy           corev1.RestartPolicy
		want             map[string][]string
	}{
		{
			"in a row, the one before", "a, b, c, d", corev1.RestartPolicyNever,
			map[string][]string{"a": nil, "b": {"a"}, "c": {"b"}, "d": {"c"}},
		},
		{
			"behind a stage that waits for the same, the stage", "a, [b, c], d", corev1.RestartPolicyNever,
			map[string][]string{"a": nil, "b": {"a"}, "c": {"a"}, "d": {"b", "c"}},
		},
		{
			"with an after, what no other one tells of", "a, b, [c, d], {name: e, after: [a, c]}", corev1.RestartPolicyOnFailure,
			map[string][]string{"b": {"a"}, "c": {"b"}, "d": {"b"}, "e": {"c"}},
		},
		{
			"after a step that a sibling can end early, also what it waits for",
			"a, [{name: b, after: [a]}, {name: c, after: []}], {name: d, after: [b]}", corev1.RestartPolicyNever,
			map[string][]string{"b": {"a"}, "c": nil, "d": {"a", "b"}},
		},
		{
			"the same without fail-fast, nothing more",
			"a, [{name: b, after: [a]}, {name: c, after: []}], {name: d, after: [b]}", corev1.RestartPolicyOnFailure,
			map[string][]string{"b": {"a"}, "c": nil, "d": {"b"}},
		},
		{
			"after a step whose sibling waited for all of the same, nothing more",
			"a, [{name: b, after: [a]}, {name: c, after: [a]}], {name: d, after: [b]}", corev1.RestartPolicyNever,
			map[string][]string{"b": {"a"}, "c": {"a"}, "d": {"b"}},
		},
		{
			"a step behind one that can be ended early tells of all again",
			"a, [{name: b, after: [a]}, {name: c, after: []}], {name: d, after: [b]}, {name: e, after: [d]}", corev1.RestartPolicyNever,
			map[string][]string{"d": {"a", "b"}, "e": {"d"}},
		},
		{
			"what cannot be ended early tells of all", "a, [{name: b, runIf: always}, {name: c, after: []}], {name: d, after: [b]}", corev1.RestartPolicyNever,
			map[string][]string{"b": {"a"}, "d": {"b"}},
		},
		{
			"every entry above, however it is tied", "a, {name: b, after: []}, {name: c, after: []}, d", corev1.RestartPolicyNever,
			map[string][]string{"a": nil, "b": nil, "c": nil, "d": {"a", "b", "c"}},
		},
		{
			"with another runIf than success, everything", "a, b, {name: c, runIf: always}, {name: d, runIf: failure}, e", corev1.RestartPolicyNever,
			map[string][]string{"b": {"a"}, "c": {"a", "b"}, "d": {"a", "b", "c"}, "e": {"d"}},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := makePlan(t, tc.policy, tc.annotation, "a", "b", "c", "d", "e")
			for name, want := range tc.want {
				got, found := p.find(name)
				require.True(t, found)
				require.Equal(t, want, got.looksAt, name)
			}
		})
	}
}

func TestWhoseFailureEndsAStep(t *testing.T) {
	for _, tc := range []struct {
		name, annotation string
		policy           corev1.RestartPolicy
		want             []string
	}{
		{"those beside it in its stage", "x, [a, b, c], y", corev1.RestartPolicyNever, []string{"b", "c"}},
		{"nobody's where it is alone", "x, a, y", corev1.RestartPolicyNever, nil},
		{"nobody's under OnFailure", "[a, b]", corev1.RestartPolicyOnFailure, nil},
		{"not that of one whose failure is none", "[a, {name: b, onError: continue}, c]", corev1.RestartPolicyNever, []string{"c"}},
		{"also where its own is none", "[{name: a, onError: continue}, b]", corev1.RestartPolicyNever, []string{"b"}},
		{"nobody's where it runs on failure", "[{name: a, runIf: failure}, b]", corev1.RestartPolicyNever, nil},
		{"nobody's where it always runs", "[{name: a, runIf: always}, b]", corev1.RestartPolicyNever, nil},
		{"that of one that always runs", "[a, {name: b, runIf: always}]", corev1.RestartPolicyNever, []string{"b"}},
		{"not that of one that it waits for, even through others", "[{name: a, after: [x]}, b, c], {name: x, after: [b]}", corev1.RestartPolicyNever, []string{"c"}},
		{"not that of one that waits for it", "[a, {name: b, after: [a]}]", corev1.RestartPolicyNever, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, found := makePlan(t, tc.policy, tc.annotation, "a", "b", "c", "x", "y").find("a")
			require.True(t, found)
			require.Equal(t, tc.want, got.siblings)
		})
	}
}

func FuzzNothingIsLookedAtInVain(f *testing.F) {
	for seed := range uint64(100) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		p := randomPlan(rand.New(rand.NewPCG(seed, 3)))
		for i, looked := range p.graph.lookedAt(make([]set, len(p.steps)), set{}) {
			for one := range looked.members() {
				for other := range looked.members() {
					require.False(t, p.graph.all[other].has(one), "step %d looks at %d, of which %d tells", i, one, other)
				}
			}
		}
	})
}

func TestCyclesAreTheShortestOnes(t *testing.T) {
	for _, tc := range []struct {
		name   string
		direct [][]int
		want   [][]int
	}{
		{"none", [][]int{{}, {0}, {0, 1}}, nil},
		{"two steps", [][]int{{1}, {0}}, [][]int{{0, 1, 0}}},
		{"the shorter of two ways", [][]int{{1, 3}, {2}, {0}, {0}}, [][]int{{0, 3, 0}}},
		{"one for each group", [][]int{{1}, {0}, {3}, {4}, {2}, {0, 2}}, [][]int{{0, 1, 0}, {2, 4, 3, 2}}},
		{"one behind another", [][]int{{1}, {0}, {3, 0}, {2}}, [][]int{{0, 1, 0}, {2, 3, 2}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			direct := make([]set, len(tc.direct))
			for i, others := range tc.direct {
				for _, other := range others {
					direct[i].add(other)
				}
			}
			require.Equal(t, tc.want, newGraph(direct).cycles())
		})
	}
}

func TestSetsHoldAsManyStepsAsThereMayBe(t *testing.T) {
	var want []int
	var s set
	for i := range contract.MaxSteps {
		require.False(t, s.has(i))
		s.add(i)
		want = append(want, i)
	}
	require.Equal(t, want, slices.Collect(s.members()))
	require.Equal(t, set{}, s.without(s))
	require.Equal(t, s, set{}.with(s).both(s))
	for i := range s.members() {
		require.Zero(t, i)
		break
	}
}

func BenchmarkPlanOfAsManyStepsAsThereMayBe(b *testing.B) {
	var names []string
	annotation := ""
	for i := range contract.MaxSteps {
		names = append(names, fmt.Sprintf("step-%d", i))
		annotation += fmt.Sprintf("- {name: step-%d, timeout: 5m}\n", i)
	}
	p := makePlan(b, corev1.RestartPolicyNever, annotation, names...)
	for b.Loop() {
		g := newGraph(p.direct())
		if len(g.cycles()) > 0 {
			b.Fatal("there is no cycle")
		}
		g.lookedAt(p.siblings(true), p.runAfterFailures())
	}
}
