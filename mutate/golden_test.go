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

// Sections of a case. It has one of the inputs, with the old version of it where it is updated, may have a configuration and facts, and
// has either errors, or an object and warnings.
const (
	sectionPod      = "pod.yaml"
	sectionJob      = "job.yaml"
	sectionCronJob  = "cronjob.yaml"
	sectionWorkload = "workload.yaml"
	sectionOld      = "old.yaml"
	sectionConfig   = "config.yaml"
	sectionFacts    = "facts.yaml"
	sectionObject   = "want.yaml"
	sectionWarnings = "want-warnings"
	sectionErrors   = "want-errors"
)

// inputs are the sections that a person writes.
var inputs = []string{sectionConfig, sectionFacts, sectionOld, sectionPod, sectionJob, sectionCronJob, sectionWorkload}

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
	known := slices.Concat(inputs, []string{sectionObject, sectionWarnings, sectionErrors})
	for _, f := range archive.Files {
		require.Contains(t, known, f.Name, "unknown section")
		require.NotContains(t, c.sections, f.Name, "the section stands twice")
		c.sections[f.Name] = string(f.Data)
	}
	objects := slices.DeleteFunc([]string{sectionPod, sectionJob, sectionCronJob, sectionWorkload}, func(name string) bool {
		_, given := c.sections[name]
		return !given
	})
	require.Len(t, objects, 1, "a case has one object")
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
	var facts mutate.Facts
	require.NoError(t, yaml.UnmarshalStrict([]byte(c.sections[sectionFacts]), &facts))
	switch {
	case c.has(sectionJob):
		return goldenOwner[batchv1.Job]{mutate.Job, mutate.JobUpdate, config, facts}.run(t, c, sectionJob)
	case c.has(sectionCronJob):
		return goldenOwner[batchv1.CronJob]{mutate.CronJob, mutate.CronJobUpdate, config, facts}.run(t, c, sectionCronJob)
	case c.has(sectionWorkload):
		return goldenOwner[mutate.Workload]{mutate.JudgeWorkload, mutate.JudgeWorkloadUpdate, config, facts}.run(t, c, sectionWorkload)
	}
	result, errs := mutate.Pod(mustDecode[corev1.Pod](t, c.sections[sectionPod]), config, facts)
	if len(errs) == 0 {
		again, denied := mutate.Pod(result.Object, config, facts)
		require.Empty(t, denied, "a second pass denies what the first one made")
		requireEqual(t, result.Object, again.Object, "rewriting twice is not rewriting once")
	}
	return outputsOf(t, result, errs)
}

func (c goldenCase) has(section string) bool {
	_, given := c.sections[section]
	return given
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
	for _, input := range inputs {
		delete(outputs, input)
	}
	return outputs
}

func (c goldenCase) write(t *testing.T, outputs map[string]string) {
	t.Helper()
	archive := &txtar.Archive{Comment: c.prose}
	for _, name := range inputs {
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
