package dependency

import (
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

func FuzzWhatIsAcceptedIsWrittenAndReadAgain(f *testing.F) {
	f.Add(documented)
	f.Add(Format(mustParse(documented)))
	f.Add("- resource: {apiVersion: a.b/v1, kind: Foo, name: f}\n  fields: [{key: 'a\\.b[0]', value: 1e3}, {key: b, value: \"\\u2028\\x00\"}]")
	f.Add("- {pod: {labels: {a: true, b: ''}}, for: [a, b], timeout: 1h, namespace: null}")
	f.Add("- &a {service: a}\n- *a\n- {<<: *a}")
	f.Add("- ? [a]\n  : !!str b\n- service: ~")
	f.Add(`[{"labels":{"a":"b"},"requireSameNode":true}]`)
	f.Fuzz(func(t *testing.T, text string) {
		entries, problems := Parse(text)
		requireExplained(t, entries, len(problems))
		for _, problem := range problems {
			require.NotEmpty(t, problem.Detail)
		}
		requireRight(t, entries)
		again, problems := Parse(Format(entries))
		if len(entries) > 0 {
			require.Empty(t, problems, Format(entries))
		}
		require.Equal(t, Format(entries), Format(again))
		require.Equal(t, lines(entries), lines(again))
	})
}

func FuzzTheEnvironmentOfKubernetesEntrypoint(f *testing.F) {
	f.Add("a,b:c", `[{"name":"a"},{"labels":{"b":"c"}}]`, `[{"apiVersion":"a/v1","kind":"Foo","name":"f","fields":[{"key":"a[0]","value":"\u0000"}]}]`, "echo done", "b")
	f.Add("/a:,", `[{"labels":{"a":"b"},"requireSameNode":true}]`, "null", " ", "$(A)")
	f.Add("a,,", "[[[[", `{"a":1}`, "\t", "eth0")
	f.Fuzz(func(t *testing.T, list, first, second, command, setting string) {
		var env []corev1.EnvVar
		for _, name := range []string{varService, varContainer, varDaemonSet, varJobs, varSocket, varConfig} {
			env = append(env, corev1.EnvVar{Name: name, Value: list})
		}
		for _, name := range []string{varNamespace, varPodName, varInterface} {
			env = append(env, corev1.EnvVar{Name: name, Value: setting})
		}
		env = append(env, corev1.EnvVar{Name: varPodJSON, Value: first}, corev1.EnvVar{Name: varJobsJSON, Value: first},
			corev1.EnvVar{Name: varCustomResource, Value: second}, corev1.EnvVar{Name: varCommand, Value: command}, environment()[0])
		for _, variables := range [][]corev1.EnvVar{env, append(environment(), env[:6]...), append(environment(), env[9:13]...)} {
			made, problems := ParseKubernetesEntrypoint("main", variables)
			requireRight(t, made.Entries)
			for _, problem := range problems {
				require.NotEmpty(t, problem.Variable)
				require.NotEmpty(t, problem.Detail)
			}
			if len(made.Entries) > 0 && len(made.Entries) <= MaxEntries {
				again, wrong := Parse(Format(made.Entries))
				require.Empty(t, wrong, Format(made.Entries))
				require.Equal(t, Format(made.Entries), Format(again))
			}
			requireRightFiles(t, made.Files)
		}
	})
}

func FuzzFilesAreAsTheWrapperTakesThem(f *testing.F) {
	f.Add("- {from: /a, to: /b, for: [c], interface: eth0}")
	f.Add("- {from: /a@b, to: '/b,c', for: [c]}\n- {from: /a, to: /builder, for: [c, c]}")
	f.Fuzz(func(t *testing.T, text string) {
		files, _ := ParseConfig(text)
		requireRightFiles(t, files)
	})
}

// requireExplained checks that what is not accepted has a reason, and that only what is right by itself stands beside reasons.
func requireExplained(t *testing.T, entries []Entry, problems int) {
	t.Helper()
	require.LessOrEqual(t, len(entries), MaxEntries)
	require.True(t, len(entries) > 0 || problems > 0)
}

// requireRight checks what consumers of entries rely on.
func requireRight(t *testing.T, entries []Entry) {
	t.Helper()
	for _, e := range entries {
		require.Contains(t, Kinds(), e.Kind())
		require.NotEmpty(t, e.String())
		require.LessOrEqual(t, len(e.String()), maxLine+len("…"))
		require.False(t, strings.ContainsFunc(e.String(), unicode.IsControl), "%q", e)
		require.True(t, e.Labels() != nil || e.target != "", "%v has no target", e)
		require.False(t, e.Kind().OfPod() && e.Namespace() != "", "%v has a namespace", e)
		require.GreaterOrEqual(t, e.Timeout(), 0*e.Timeout())
		for _, waiter := range e.Waiters() {
			require.True(t, contract.IsName(waiter.Name))
		}
		requireFlags(t, e)
	}
}

// requireFlags checks that the wrapper takes what it is told.
func requireFlags(t *testing.T, e Entry) {
	t.Helper()
	options := contract.Options{Entrypoint: "true"}
	switch e.Kind() {
	case Socket:
		options.Sockets = []string{e.Path()}
	case File:
		options.Files = []string{e.Path()}
	case TCP:
		options.TCP = []string{e.Address()}
	}
	got, problems := contract.ParseOptions(options.Words())
	require.Empty(t, problems)
	require.Equal(t, options, got)
}

func requireRightFiles(t *testing.T, files []ConfigFile) {
	t.Helper()
	for _, file := range files {
		options := contract.Options{Entrypoint: "true", Templates: []contract.Template{file.Template()}}
		got, problems := contract.ParseOptions(options.Words())
		require.Empty(t, problems)
		require.Equal(t, options, got)
		require.NotEmpty(t, file.Containers())
	}
}

// mustParse gives the entries of a text that is known to be right.
func mustParse(text string) []Entry {
	entries, problems := Parse(text)
	if len(problems) > 0 {
		panic(problems[0].String())
	}
	return entries
}
