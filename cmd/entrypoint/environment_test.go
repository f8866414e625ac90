package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFilesAddVariablesThatTheContainerDoesNotSet(t *testing.T) {
	own := []string{"A=1", "A=2", "EMPTY=", "nameless"}
	before := slices.Clone(own)
	first, err := parseVariables("A=file\nEMPTY=file\nB=one\nB=two\nC=first\n")
	require.NoError(t, err)
	second, err := parseVariables("C=second\nD= \"as is\" \n")
	require.NoError(t, err)
	require.Equal(t, []string{"A=1", "A=2", "EMPTY=", "nameless", "B=two", "C=second", `D= "as is" `},
		extend(own, slices.Concat(first, second)))
	require.Equal(t, before, own)
}

func TestLinesOfVariablesAreRead(t *testing.T) {
	got, err := parseVariables("# comment\n\n  \t\n  # another\r\n  A=b=c\r\nx.y-z=\nlast=é")
	require.NoError(t, err)
	require.Equal(t, []variable{{"A", "b=c"}, {"x.y-z", ""}, {"last", "é"}}, got)
}

func TestBadLinesOfVariablesAreNamed(t *testing.T) {
	for _, tc := range []struct{ name, text, want string }{
		{"a line without an equals sign", "A=1\nword\n", "2: no equals sign; a line is NAME=VALUE, empty, or a # comment"},
		{"a line for a shell", "\n\nexport A=1\n", `3: "export A" is not the name of a variable: letters, digits, - _ and ., the first not a digit`},
		{"no name", "=1", `1: "" is not the name of a variable: letters, digits, - _ and ., the first not a digit`},
		{"a name that begins with a digit", "1A=1", `1: "1A" is not the name of a variable: letters, digits, - _ and ., the first not a digit`},
		{"a zero byte", "A=b\x00c", "1: a zero byte in the value of A"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := parseVariables(tc.text)
			require.EqualError(t, err, tc.want)
		})
	}
}

func TestFilesOfVariablesHaveABound(t *testing.T) {
	file := filepath.Join(t.TempDir(), "env")
	require.NoError(t, os.WriteFile(file, []byte("A="+strings.Repeat("x", maxEnvFile-2)), 0o600))
	got, err := environment([]string{file})
	require.NoError(t, err)
	require.Len(t, got[len(got)-1], maxEnvFile)
	require.NoError(t, os.WriteFile(file, []byte("A="+strings.Repeat("x", maxEnvFile-1)), 0o600))
	_, err = environment([]string{file})
	require.EqualError(t, err, "reading the variables in "+file+": longer than 1 MiB")
	_, err = environment([]string{file + ".absent"})
	require.EqualError(t, err, "reading the variables in "+file+".absent: no such file or directory")
}

func TestEnvironmentIsTheOneThatTheProcessWasGiven(t *testing.T) {
	raw, err := os.ReadFile("/proc/self/environ")
	require.NoError(t, err)
	got, err := environment(nil)
	require.NoError(t, err)
	require.Equal(t, string(raw), strings.Join(got, "\x00")+"\x00")
}

// TestCommandGetsItsEnvironmentWithEveryDuplicate starts the wrapper with variables that no shell would pass on.
func TestCommandGetsItsEnvironmentWithEveryDuplicate(t *testing.T) {
	given := []string{"PATH=" + defaultPath, "A=1", "A=2", "nameless", "=", "", "B="}
	for _, tc := range []struct {
		name  string
		flags []string
	}{
		{"replaced by the command", nil},
		{"beside the command", []string{"-timeout", "1h"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			out, err := os.Create(filepath.Join(t.TempDir(), "out"))
			require.NoError(t, err)
			defer func() { _ = out.Close() }()
			words := slices.Concat([]string{wrapper}, tc.flags, []string{"-entrypoint", "cat", "--", "/proc/self/environ"})
			p, err := os.StartProcess(wrapper, words, &os.ProcAttr{Env: given, Files: []*os.File{nil, out, os.Stderr}})
			require.NoError(t, err)
			state, err := p.Wait()
			require.NoError(t, err)
			require.Equal(t, 0, state.ExitCode())
			got, err := os.ReadFile(out.Name())
			require.NoError(t, err)
			require.Equal(t, strings.Join(given, "\x00")+"\x00", string(got))
		})
	}
}
