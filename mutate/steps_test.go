package mutate

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

func TestAnAnnotationThatIsTooLongIsNotRead(t *testing.T) {
	_, errs := tryPlan(corev1.RestartPolicyNever, strings.Repeat(" ", maxStepsBytes)+"a", "a")
	require.EqualError(t, errs.ToAggregate(), `metadata.annotations[orderly.dev/steps]: Invalid value: may not be more than 64000 bytes; `+
		`write names of containers such as "fetch, build, [unit, lint], publish"`)
}

func TestALongAfterIsNotRead(t *testing.T) {
	_, errs := tryPlan(corev1.RestartPolicyNever, "{name: a, after: [x"+strings.Repeat(",x", contract.MaxSteps)+"]}", "a")
	require.EqualError(t, errs.ToAggregate(), `metadata.annotations[orderly.dev/steps]: Invalid value: item 1 (line 1, column 18): `+
		`after has 101 names, but there are at most 100 steps; name each once`)
}

func TestThePlanIsWrittenForPeople(t *testing.T) {
	for _, tc := range []struct{ annotation, want string }{
		{"a", "a"},
		{"a, b", "a → b"},
		{"[a], [b, c], d", "a → [b c] → d"},
		{"a, {name: b, timeout: 5m, retries: 2, onError: continue}", "a → b"},
		{"a, b, {name: c, after: [a]}", "a → b → c (after a)"},
		{"a, b, [{name: c, after: [a, b], runIf: failure}, d]", "a → b → [c (after a, b, on failure) d]"},
		{"a, {name: b, after: []}, {name: c, runIf: always}", "a → b (at once) → c (always)"},
		{"a, {name: b, runIf: success}", "a → b"},
	} {
		t.Run(tc.annotation, func(t *testing.T) {
			require.Equal(t, tc.want, makePlan(t, corev1.RestartPolicyNever, tc.annotation, "a", "b", "c", "d").String())
		})
	}
	require.Equal(t, "none", plan{}.String())
}

func FuzzAPlanThatIsAcceptedCanRun(f *testing.F) {
	for _, text := range []string{
		"a, b", "[a, b], c", "- a\n- {name: b, after: []}", "{name: a, after: [b]}, {name: b, after: []}", "{name: a, after: [b]}, b",
		"[{name: a, after: [b]}, {name: b, after: [c]}, {name: c, after: [a]}]", "{name: a, name: b}", "? {a: b}\n: c", "[a: b]", "- <<: a",
		"{name: a, timeout: 1h30m, retries: 100, onError: continue, runIf: always}", "- name: a\n  after:\n  - b\n- b: c", "{name: &a a, after: [*a]}",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, errs := tryPlan(corev1.RestartPolicyNever, text, "a", "b", "c", "d", "on", "1e3")
		if len(errs) > 0 {
			return
		}
		require.NotEmpty(t, p.steps)
		var ended set
		for range p.steps {
			for i := range p.steps {
				if p.graph.direct[i].without(ended) == (set{}) {
					ended.add(i)
				}
			}
		}
		for i, s := range p.steps {
			require.True(t, ended.has(i), "step %s can never start", s.name)
			require.GreaterOrEqual(t, s.form.timeout, time.Duration(0))
			require.GreaterOrEqual(t, s.form.retries, 0)
			require.LessOrEqual(t, s.form.retries, maxRetries)
		}
	})
}
