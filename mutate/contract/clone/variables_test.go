package clone

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestVariablesTellAboutTheFirstAndAboutEach(t *testing.T) {
	o := Order{Workspace: "/workspace", EnvPrefix: "BUILD_", Repositories: []Repository{
		makeRepository(t, "https://git.example.com/team/app.git", "."), makeRepository(t, "git@host:lib.git", "libs/x-1"),
	}}
	got := o.Variables([]Source{{"branch", "main", sha1}, {"tag", "v1", ""}})
	require.Equal(t, []Variable{
		{"BUILD_WORKDIR", "/workspace"},
		{"BUILD_SOURCE_URL", "https://git.example.com/team/app.git"},
		{"BUILD_SOURCE_REF_TYPE", "branch"},
		{"BUILD_SOURCE_REF_NAME", "main"},
		{"BUILD_SOURCE_COMMIT", sha1},
		{"BUILD_SOURCE_APP_URL", "https://git.example.com/team/app.git"},
		{"BUILD_SOURCE_APP_REF_TYPE", "branch"},
		{"BUILD_SOURCE_APP_REF_NAME", "main"},
		{"BUILD_SOURCE_APP_COMMIT", sha1},
		{"BUILD_SOURCE_LIBS_X_1_URL", "git@host:lib.git"},
		{"BUILD_SOURCE_LIBS_X_1_REF_TYPE", "tag"},
		{"BUILD_SOURCE_LIBS_X_1_REF_NAME", "v1"},
	}, got)
}

func TestVariablesOfGitEventsRunner(t *testing.T) {
	o := Order{Workspace: "/w", EnvPrefix: "ORDERLY_", GitEventsRunner: true, Repositories: []Repository{makeRepository(t, "https://h/team/app.git", "src")}}
	got := o.Variables([]Source{{"branch", "main", sha1}})
	require.Equal(t, []Variable{
		{"ACTION_JOB_WORKDIR", "/w/src"},
		{"ACTION_JOB_TRIGGER_SOURCE_KIND", "GitRepo"},
		{"ACTION_JOB_TRIGGER_SOURCE_NAME", "app"},
		{"ACTION_JOB_TRIGGER_SOURCE_REF_TYPE", "branch"},
		{"ACTION_JOB_TRIGGER_SOURCE_REF_NAME", "main"},
		{"ACTION_JOB_TRIGGER_SOURCE_COMMIT", sha1},
	}, got[len(got)-6:])
	require.Equal(t, "ACTION_JOB_TRIGGER_SOURCE_NAMESPACE", RunnerNamespace)
}

func TestNoVariableStandsThereTwice(t *testing.T) {
	for _, prefix := range []string{"ACTION_JOB_", "ACTION_JOB_TRIGGER_", "SOURCE_", "_"} {
		o := Order{Workspace: "/w", EnvPrefix: prefix, GitEventsRunner: true}
		for _, at := range []string{"ref", "url", "source", "name", "kind"} {
			o.Repositories = append(o.Repositories, makeRepository(t, "https://h/"+at, at))
		}
		require.Empty(t, o.Problems())
		seen := map[string]bool{}
		for _, v := range o.Variables(make([]Source, 5)) {
			require.False(t, seen[v.Name], v.Name)
			seen[v.Name] = true
		}
	}
}

func TestNoRepositoryNoVariables(t *testing.T) {
	require.Empty(t, Order{GitEventsRunner: true}.Variables(nil))
}

func TestNamesOfVariables(t *testing.T) {
	for path, want := range map[string]string{
		".": "MY_REPO", "app": "APP", "libs/x": "LIBS_X", "a.b-c_d": "A_B_C_D", "v2": "V2", "größe": "GR__E", "\u0131": "_", "a b": "A_B",
	} {
		require.Equal(t, want, makeRepository(t, "https://h/my-repo.git", path).VariableName(), path)
	}
}

func TestDeclaredIsWhatTheOrderTells(t *testing.T) {
	for text, want := range map[string]Source{
		"":                 {"ref", "HEAD", ""},
		"main":             {"ref", "main", ""},
		"refs/heads/main":  {"branch", "main", ""},
		"refs/tags/v1":     {"tag", "v1", ""},
		"refs/pull/1/head": {"ref", "refs/pull/1/head", ""},
		sha1:               {"commit", sha1, ""},
	} {
		r := makeRepository(t, "https://h/a", "a")
		if text != "" {
			ref, err := ParseRef(text)
			require.NoError(t, err)
			r.Ref = ref
		}
		require.Equal(t, want, r.Declared(), text)
	}
}

func TestPrefixesOfVariables(t *testing.T) {
	for text, want := range map[string]string{"ORDERLY_": "ORDERLY_", "BUILD": "BUILD_", "_": "_", "a1": "a1_", "A__": "A__", strings.Repeat("A", 63): strings.Repeat("A", 63) + "_"} {
		got, err := ParseEnvPrefix(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got)
	}
	for _, text := range []string{"", "1A", "A-", "A B", "A=", "Ä", "A\n", strings.Repeat("A", 64)} {
		_, err := ParseEnvPrefix(text)
		require.Error(t, err, text)
	}
}
