package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"orderly.dev/mutate/contract"
)

// fixed gives the values of a template in these tests.
func fixed(directive string) (string, error) {
	return map[string]string{".IP": "10.0.0.1", ".HOSTNAME": "{{ .IP }}"}[directive], nil
}

func TestDirectivesAreReplaced(t *testing.T) {
	got, err := render("a {{ .IP }}{{.HOSTNAME}}\n{{   .IP}} } { }}\n", fixed)
	require.NoError(t, err)
	require.Equal(t, "a 10.0.0.1{{ .IP }}\n10.0.0.1 } { }}\n", got)
}

func TestValueIsAskedForOnlyWhereItIsUsed(t *testing.T) {
	never := func(string) (string, error) { return "", errors.New("not to be had") }
	got, err := render("nothing to do", never)
	require.NoError(t, err)
	require.Equal(t, "nothing to do", got)
	_, err = render("\n {{ .IP }}", never)
	require.EqualError(t, err, "2:2: {{ .IP }}: not to be had")
}

func TestOtherDirectivesAreRefusedByLineAndColumn(t *testing.T) {
	const known = "; there are {{ .IP }} and {{ .HOSTNAME }}, and no way to write two opening braces"
	for _, tc := range []struct{ name, text, want string }{
		{"an unknown one", "a\né {{ .PORT }}\n", `2:3: "{{ .PORT }}" is not a directive`},
		{"no directive at all", "{{}}", `1:1: "{{}}" is not a directive`},
		{"one that trims", "{{- .IP -}}", `1:1: "{{- .IP -}}" is not a directive`},
		{"small letters", "{{ .ip }}", `1:1: "{{ .ip }}" is not a directive`},
		{"one without an end", "x {{ .IP\n}}", `1:3: "{{ .IP" has no end on its line`},
		{"one that is the end", "x {{", `1:3: "{{" has no end on its line`},
		{"the second one", "{{ .IP }} {{ .X }}", `1:11: "{{ .X }}" is not a directive`},
		{"a very long one", "{{" + strings.Repeat("x", 50), `1:1: "{{` + strings.Repeat("x", 38) + `…" has no end on its line`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := render(tc.text, fixed)
			require.EqualError(t, err, tc.want+known)
		})
	}
}

func TestFileIsMadeWithItsDirectoryAndTheModeOfItsSource(t *testing.T) {
	t.Setenv("POD_IP", "10.244.0.7")
	directory := t.TempDir()
	source, destination := filepath.Join(directory, "a.tmpl"), filepath.Join(directory, "x/y/a.conf")
	require.NoError(t, os.WriteFile(source, []byte("{{ .IP }} {{ .HOSTNAME }}"), 0o600))
	require.NoError(t, os.Chmod(source, 0o754))
	for range 2 { // over what is there, too
		require.NoError(t, makeTemplates([]contract.Template{{Source: source, Destination: destination}}))
	}
	name, err := os.Hostname()
	require.NoError(t, err)
	got, err := os.ReadFile(destination)
	require.NoError(t, err)
	require.Equal(t, "10.244.0.7 "+name, string(got))
	info, err := os.Stat(destination)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o754), info.Mode().Perm())
	entries, err := os.ReadDir(filepath.Dir(destination))
	require.NoError(t, err)
	require.Len(t, entries, 1, "no temporary file is left")
}

func TestTemplateThatCannotBeMadeLeavesNothing(t *testing.T) {
	t.Setenv("POD_IP", "10.244.0.7")
	directory := t.TempDir()
	source, file := filepath.Join(directory, "a.tmpl"), filepath.Join(directory, "file")
	require.NoError(t, os.WriteFile(source, []byte("{{ .IP }}"), 0o600))
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	for _, tc := range []struct {
		name     string
		template contract.Template
		want     string
	}{
		{"no source", contract.Template{Source: source + "x", Destination: directory + "/a"}, "reading " + source + "x: no such file or directory"},
		{"no interface", contract.Template{Source: source, Destination: directory + "/a", Interface: "absent0"}, source + ":1:1: {{ .IP }}: there is no network interface absent0; there are "},
		{"a file for a directory", contract.Template{Source: source, Destination: file + "/x/a"}, "making the directory " + file + "/x: not a directory"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			err := makeTemplates([]contract.Template{tc.template})
			require.ErrorContains(t, err, "making "+tc.template.Destination+": "+tc.want)
			require.NoFileExists(t, directory+"/a")
		})
	}
	require.ErrorContains(t, makeDirectories(file+"/a"), "not a directory")
	require.NoError(t, os.WriteFile(source, make([]byte, maxTemplate+1), 0o600))
	err := makeTemplates([]contract.Template{{Source: source, Destination: directory + "/a"}})
	require.ErrorContains(t, err, "longer than 1 MiB")
}

// FuzzTemplatesWithoutBracesStayAndNoDirectiveIsLeft checks what comes out of any template.
func FuzzTemplatesWithoutBracesStayAndNoDirectiveIsLeft(f *testing.F) {
	f.Add("a {{ .IP }} b")
	f.Add("{{ .X }}\n{{{{")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := render(text, func(string) (string, error) { return "\x00", nil })
		switch {
		case !strings.Contains(text, "{{"):
			require.NoError(t, err)
			require.Equal(t, text, got)
		case err == nil:
			require.NotContains(t, got, "{{")
			require.Contains(t, got, "\x00")
		default:
			require.Regexp(t, `^\d+:\d+: `, err.Error())
		}
	})
}
