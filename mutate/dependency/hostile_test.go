package dependency

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
)

// enough is far more than any of these texts takes, on a machine that does other things as well.
const enough = 5 * time.Second

func TestNoTextTakesLongOrManyWords(t *testing.T) {
	const size = maxBytes - 100
	for name, text := range map[string]string{
		"brackets":                strings.Repeat("[", size),
		"braces":                  "- " + strings.Repeat("{a: ", size/4),
		"dashes":                  strings.Repeat("- ", size/2),
		"anchors":                 strings.Repeat("- &a a\n", size/7),
		"aliases of aliases":      laughs(size),
		"unknown keys":            "- {" + numberedKeys(size) + "service: a}",
		"unknown keys in entries": strings.Repeat("- {"+numberedKeys(size/MaxEntries-10)+"}\n", MaxEntries),
		"labels":                  "- pod: {labels: {" + numberedKeys(size-30) + "}}",
		"waiters":                 "- {service: a, for: [" + strings.Repeat("a,", size/2-20) + "]}",
		"fields":                  "- resource: {apiVersion: a.b/v1, kind: Foo, name: f}\n  fields: [" + strings.Repeat("{},", size/3-50) + "]",
		"a deep key":              "- resource: {apiVersion: a.b/v1, kind: Foo, name: f}\n  fields: [{key: " + strings.Repeat("a.", size/2-100) + "b, value: 1}]",
		"comments":                strings.Repeat("#\n", size/2) + "- service: a",
		"one long name":           "- service: " + strings.Repeat("a", size-100),
		"one long number":         "- resource: {apiVersion: a.b/v1, kind: Foo, name: f}\n  fields: [{key: a, value: " + strings.Repeat("9", size-200) + "}]",
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			_, problems := Parse(text)
			_, more := ParseConfig(text)
			require.Less(t, time.Since(start), enough)
			require.True(t, len(problems) > 0 || name == "comments")
			require.NotEmpty(t, more)
			details := 0
			for _, problem := range problems {
				details += len(problem.Detail)
			}
			require.Less(t, details, 8<<20)
		})
	}
}

func TestATextThatIsTooLongIsNotRead(t *testing.T) {
	_, problems := Parse("- service: a\n" + strings.Repeat("#", maxBytes))
	require.Equal(t, []string{`may not be more than 64000 bytes; write a list such as "- service: mariadb"`}, shownAll(problems))
	_, wrong := ParseKubernetesEntrypoint("main", []corev1.EnvVar{{Name: varCommand, Value: strings.Repeat("a", maxBytes+1)}})
	require.Equal(t, []string{"COMMAND: the value is too long"}, shownVariables(wrong))
}

func TestMoreEntriesThanAPodMayHaveAreRefused(t *testing.T) {
	text := ""
	for i := range MaxEntries {
		text += fmt.Sprintf("- service: a%d\n", i)
	}
	require.Len(t, parsed(t, text), MaxEntries)
	entries, problems := Parse(text + "- service: b")
	require.Empty(t, entries)
	require.Equal(t, []string{"33 entries, but a Pod may wait for at most 32; wait for what needs the others itself"}, shownAll(problems))
}

func TestNoEnvironmentTakesLong(t *testing.T) {
	var env []corev1.EnvVar
	for i := range 20_000 {
		env = append(env, corev1.EnvVar{Name: fmt.Sprintf("DEPENDENCY_%d", i)})
	}
	for _, name := range dependencyVariables {
		env = append(env, corev1.EnvVar{Name: name, Value: strings.Repeat("[", maxBytes)})
	}
	start := time.Now()
	_, problems := ParseKubernetesEntrypoint("main", env)
	require.Less(t, time.Since(start), enough)
	require.Greater(t, len(problems), 20_000)
}

// laughs gives lists of aliases of lists of aliases, which would be very many elements if they were followed.
func laughs(size int) string {
	text := "- &a0 [lol]\n"
	for i := 1; len(text) < size-200 && i < MaxEntries-1; i++ {
		text += fmt.Sprintf("- &a%d [%s]\n", i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d,", i-1), 100), ","))
	}
	return text
}

func numberedKeys(size int) string {
	var text strings.Builder
	for i := 0; text.Len() < size-12; i++ {
		fmt.Fprintf(&text, "k%d: 1, ", i)
	}
	return text.String()
}
