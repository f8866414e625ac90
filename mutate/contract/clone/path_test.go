package clone

import (
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPathsBelowTheWorkspace(t *testing.T) {
	longest := strings.Repeat("a", 255)
	for _, text := range []string{".", "app", "libs/x", "a.b/c_d-e", ".github", "my app", "größe", ".gitignore", "...", longest, strings.Repeat(longest+"/", 3) + "a"} {
		got, err := ParsePath(text)
		require.NoError(t, err, text)
		require.Equal(t, Path(text), got)
	}
}

func TestParsePathRefuses(t *testing.T) {
	for _, tc := range []struct{ name, text, want string }{
		{"nothing", "", "empty"},
		{"what is above", "..", "leads outside"},
		{"what is above and beside", "../x", "leads outside"},
		{"what is above behind a detour", "a/../../x", "leads outside"},
		{"a detour", "a/../b", "the same as b"},
		{"a dot", "./a", "the same as a"},
		{"a dot at the end", "a/.", "the same as a"},
		{"a slash at the end", "a/", "the same as a"},
		{"two slashes", "a//b", "the same as a/b"},
		{"an absolute path", "/etc", "absolute"},
		{"the root", "/", "absolute"},
		{"what git keeps", ".git", "names .git"},
		{"what git keeps, inside", "a/.git/hooks", "names .git"},
		{"what git keeps, in capital letters", "a/.GIT", "names .git"},
		{"an option", "-rf", "begins with a dash"},
		{"an option inside", "a/--x", "begins with a dash"},
		{"a new line", "a\nb", "cannot be printed"},
		{"a zero", "a\x00", "cannot be printed"},
		{"bytes that are no text", "\xff", "cannot be printed"},
		{"a letter without width, which some file systems ignore", ".g\u200cit", "cannot be printed"},
		{"a backslash", `a\b`, "backslash"},
		{"a part of more than 255 bytes", "a/" + strings.Repeat("b", 256), "255 bytes"},
		{"more than 1,024 bytes", strings.Repeat("a/", 513), "1024 bytes"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := ParsePath(tc.text)
			require.ErrorContains(t, err, tc.want)
			require.Empty(t, got)
			require.Error(t, CheckSparse(tc.text))
		})
	}
}

func TestSparseDirectoriesAreNoPatterns(t *testing.T) {
	for _, directory := range []string{"docs", "tools/build", ".github", "a!b", "a b"} {
		require.NoError(t, CheckSparse(directory), directory)
	}
	for _, directory := range []string{".", "!docs", "#docs", `"docs"`, "*", "docs/*", "a?", "[a]", "a]"} {
		require.Error(t, CheckSparse(directory), directory)
	}
}

func TestSecretsHaveNamesOfObjects(t *testing.T) {
	for _, name := range []string{"git-credentials", "a", "0", "a.b-c", strings.Repeat("a", 253)} {
		require.NoError(t, CheckSecret(name), name)
	}
	for _, name := range []string{"", "A", "a_b", "-a", "a-", "a..b", ".a", "a.", "a/b", "..", "a b", "a\n", "ä", strings.Repeat("a", 254)} {
		require.Error(t, CheckSecret(name), name)
	}
}

func FuzzPathsThatAreAcceptedStayInside(f *testing.F) {
	for _, text := range []string{".", "a/b", "../a", ".git", "-x", "a//b", "a/./b"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := ParsePath(text)
		if err != nil {
			require.Empty(t, p)
			return
		}
		require.Equal(t, text, string(p))
		require.True(t, filepath.IsLocal(text), "%q", text)
		require.Equal(t, path.Clean(text), text)
		require.True(t, strings.HasPrefix(path.Join("/w", text)+"/", "/w/"), "%q", text)
		for element := range strings.SplitSeq(text, "/") {
			require.False(t, strings.HasPrefix(element, "-"), "%q", text)
			require.NotEqual(t, ".git", strings.ToLower(element))
		}
	})
}
