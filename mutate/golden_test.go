package mutate_test

import (
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/yaml"

	"orderly.dev/mutate"
)

var update = flag.Bool("update", false, "write what the code does into testdata")

// Sections of a case. It has one of the inputs, may have a configuration, and has either errors, or an object and warnings.
const (
	sectionPod      = "pod.yaml"
	sectionJob      = "job.yaml"
	sectionConfig   = "config.yaml"
	sectionObject   = "want.yaml"
	sectionWarnings = "want-warnings"
	sectionErrors   = "want-errors"
)

// goldenCase is a file of testdata.
type goldenCase struct {
	path     string
	prose    []byte
	sections map[string]string
}

func TestGoldenCases(t *testing.T) {
	entries, err := os.ReadDir("testdata")
	require.NoError(t, err)
	cases := 0
	for _, entry := range entries {
		if entry.Name() == "fuzz" {
			continue
		}
		require.Equal(t, ".txtar", filepath.Ext(entry.Name()), "testdata holds golden cases only")
		cases++
		t.Run(strings.TrimSuffix(entry.Name(), ".txtar"), func(t *testing.T) {
			c := readCase(t, filepath.Join("testdata", entry.Name()))
			got := c.run(t)
			if *update {
				c.write(t, got)
				return
			}
			want := c.outputs()
			require.Equal(t, slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)),
				"a section is missing or orphaned; write it with -update")
			for name := range got {
				require.Equal(t, want[name], got[name], "%s; write it with -update if it is right", name)
			}
		})
	}
	require.GreaterOrEqual(t, cases, 25)
}

func readCase(t *testing.T, path string) goldenCase {
	t.Helper()
	archive, err := txtar.ParseFile(path)
	require.NoError(t, err)
	c := goldenCase{path: path, prose: archive.Comment, sections: map[string]string{}}
	require.NotEmpty(t, strings.TrimSpace(string(c.prose)), "a case says at its head what it shows")
	known := []string{sectionPod, sectionJob, sectionConfig, sectionObject, sectionWarnings, sectionErrors}
	for _, f := range archive.Files {
		require.Contains(t, known, f.Name, "unknown section")
		require.NotContains(t, c.sections, f.Name, "the section stands twice")
		c.sections[f.Name] = string(f.Data)
	}
	_, pod := c.sections[sectionPod]
	_, job := c.sections[sectionJob]
	require.NotEqual(t, pod, job, "a case has either %s or %s", sectionPod, sectionJob)
	return c
}

// run gives the sections that the code makes of the input.
func (c goldenCase) run(t *testing.T) map[string]string {
	t.Helper()
	config := makeConfig()
	if text, given := c.sections[sectionConfig]; given {
		config = mutate.Config{}
		require.NoError(t, yaml.UnmarshalStrict([]byte(text), &config))
	}
	if text, isPod := c.sections[sectionPod]; isPod {
		pod := mustDecode[corev1.Pod](t, text)
		result, errs := mutate.Pod(pod, config)
		return outputsOf(t, result, errs)
	}
	job := mustDecode[batchv1.Job](t, c.sections[sectionJob])
	result, errs := mutate.Job(job, config)
	return outputsOf(t, result, errs)
}

func outputsOf[T any](t *testing.T, result mutate.Result[T], errs field.ErrorList) map[string]string {
	t.Helper()
	if len(errs) > 0 {
		var messages []string
		for _, err := range errs {
			messages = append(messages, err.Error())
		}
		return map[string]string{sectionErrors: lines(messages)}
	}
	object, err := yaml.Marshal(result.Object)
	require.NoError(t, err)
	return map[string]string{sectionObject: string(object), sectionWarnings: lines(result.Warnings)}
}

func lines(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return strings.Join(list, "\n") + "\n"
}

func mustDecode[T any](t testing.TB, text string) *T {
	t.Helper()
	object := new(T)
	require.NoError(t, yaml.UnmarshalStrict([]byte(text), object))
	return object
}

func (c goldenCase) outputs() map[string]string {
	outputs := maps.Clone(c.sections)
	for _, input := range []string{sectionPod, sectionJob, sectionConfig} {
		delete(outputs, input)
	}
	return outputs
}

func (c goldenCase) write(t *testing.T, outputs map[string]string) {
	t.Helper()
	archive := &txtar.Archive{Comment: c.prose}
	for _, name := range []string{sectionConfig, sectionPod, sectionJob} {
		if text, given := c.sections[name]; given {
			archive.Files = append(archive.Files, txtar.File{Name: name, Data: []byte(text)})
		}
	}
	for _, name := range []string{sectionObject, sectionWarnings, sectionErrors} {
		if text, given := outputs[name]; given {
			archive.Files = append(archive.Files, txtar.File{Name: name, Data: []byte(text)})
		}
	}
	require.NoError(t, os.WriteFile(c.path, txtar.Format(archive), 0o600))
}
