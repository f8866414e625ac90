package test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/mutate"
	"orderly.dev/mutate/contract"
	"orderly.dev/mutate/dependency"
)

func readFile(t *testing.T, path ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(append([]string{".."}, path...)...))
	require.NoError(t, err)
	return string(text)
}

func TestReadmeShowsTheExampleJob(t *testing.T) {
	require.Contains(t, readFile(t, "README.md"), "```yaml\n"+readFile(t, "examples", "job.yaml")+"```\n")
}

// The tables of the README are those of the contract, row by row and nothing else.
func TestReadmeHoldsTheContract(t *testing.T) {
	readme := readFile(t, "README.md")
	for _, tc := range []struct {
		name, header string
		want         []string
	}{
		{"annotations", "| annotation | meaning |", annotations()},
		{"what Orderly writes", "| key | meaning |", writtenKeys()},
		{"exit codes", "| code | meaning |", exitCodes()},
		{"flags", "| flag | meaning |", flags()},
	} {
		t.Run(tc.name, func(t *testing.T) {
			require.Equal(t, strings.Join(tc.want, "\n"), strings.Join(table(t, readme, tc.header), "\n"))
		})
	}
}

// What the README shows as annotations is right.
func TestReadmeShowsWaitsThatCanBeRead(t *testing.T) {
	_, problems := dependency.Parse(example(t, contract.AnnotationWaitFor))
	require.Empty(t, problems)
	_, problems = dependency.ParseConfig(example(t, contract.AnnotationConfig))
	require.Empty(t, problems)
}

// example returns the text of the annotation that stands in a block of its own.
func example(t *testing.T, annotation string) string {
	t.Helper()
	_, after, found := strings.Cut(readFile(t, "README.md"), "```yaml\n"+annotation+": |\n")
	require.Truef(t, found, "no example of %s", annotation)
	text, _, _ := strings.Cut(after, "```")
	return text
}

// A Pod with the repositories and the directories that the README shows is admitted.
func TestReadmeShowsFilesInPlaceAsAdmissionTakesThem(t *testing.T) {
	for _, annotation := range []string{contract.AnnotationClone, contract.AnnotationProjected} {
		t.Run(annotation, func(t *testing.T) {
			pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Annotations: map[string]string{annotation: example(t, annotation)}}}
			pod.Spec.Containers = []corev1.Container{{Name: "build", Image: "busybox", Command: []string{"make"}}}
			config := mutate.Config{ToolsImage: "tools", CloneImage: "gitclone"}
			_, denied := mutate.Pod(pod, config, mutate.Facts{})
			require.Empty(t, denied)
		})
	}
}

// table returns the rows below a header.
func table(t *testing.T, text, header string) []string {
	t.Helper()
	_, after, found := strings.Cut(text, "\n"+header+"\n|---|---|\n")
	require.Truef(t, found, "no table with the header %s", header)
	body, _, _ := strings.Cut(after, "\n\n")
	return strings.Split(strings.TrimSpace(body), "\n")
}

func annotations() []string {
	return keys(func(k contract.Key) bool { return k.Origin == contract.ByUser && k.Name != contract.LabelInject })
}

func writtenKeys() []string {
	return keys(func(k contract.Key) bool { return k.Origin == contract.ByOrderly })
}

// keys gives a row for each key that is wanted.
func keys(wanted func(contract.Key) bool) []string {
	var rows []string
	for _, k := range contract.Keys() {
		if wanted(k) {
			rows = append(rows, fmt.Sprintf("| `%s` | %s |", k.Name, k.Meaning))
		}
	}
	return rows
}

func exitCodes() []string {
	var rows []string
	for _, c := range contract.ExitCodes() {
		rows = append(rows, fmt.Sprintf("| %d | %s |", c.Code, c.Meaning))
	}
	return rows
}

func flags() []string {
	var rows []string
	for _, f := range contract.Flags() {
		usage := strings.ReplaceAll(strings.TrimSpace("-"+f.Name+" "+f.Value), "|", `\|`) // or it would end the cell
		rows = append(rows, fmt.Sprintf("| `%s` | %s |", usage, f.Meaning))
	}
	return rows
}
