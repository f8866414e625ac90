package gitclone

import (
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"orderly.dev/mutate/contract/clone"
	"orderly.dev/test/gitclone/container"
)

// gitIn runs git as a step would: with the directory declared safe, and no other configuration.
func gitIn(t *testing.T, dir string, args ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "git", args...)
	command.Dir, command.Env = dir, stepEnvironment(dir)
	output, err := command.CombinedOutput()
	require.NoError(t, err, "git %s: %s", strings.Join(args, " "), output)
	return strings.TrimSuffix(string(output), "\n")
}

func stepEnvironment(dir string) []string {
	return []string{"PATH=" + os.Getenv("PATH"), "HOME=/nonexistent", "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_COUNT=2", "LC_ALL=C",
		"GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=" + dir, "GIT_CONFIG_KEY_1=core.quotePath", "GIT_CONFIG_VALUE_1=false"}
}

// tree is what is checked out in one place.
type tree struct {
	commit string
	// head is the name of the branch, and empty where HEAD is detached.
	head string
	// history is the number of commits from HEAD.
	history int
}

// readTree returns what is checked out, and proves that it is whole: nothing is missing, changed, or there in addition.
func readTree(t *testing.T, p *container.Pod, r clone.Repository) tree {
	t.Helper()
	dir := filepath.Join(p.Tree(), string(r.Path))
	require.Empty(t, gitIn(t, dir, "status", "--porcelain", "--untracked-files=all", "--ignored"), "the tree is not what the commit has")
	require.Equal(t, r.URL.String(), gitIn(t, dir, "config", "remote.origin.url"))
	gitIn(t, dir, "fsck", "--no-dangling", "--connectivity-only")
	history, err := strconv.Atoi(gitIn(t, dir, "rev-list", "--count", "HEAD"))
	require.NoError(t, err)
	return tree{commit: gitIn(t, dir, "rev-parse", "HEAD"), head: gitIn(t, dir, "branch", "--show-current"), history: history}
}

// requireEnv proves that the variables for the steps are those of the report.
func requireEnv(t *testing.T, p *container.Pod, sources []clone.Source) {
	t.Helper()
	var want strings.Builder
	for _, v := range p.Order.Variables(sources) {
		want.WriteString(v.Name + "=" + v.Value + "\n")
	}
	env, err := p.Env()
	require.NoError(t, err)
	require.Equal(t, want.String(), env)
}

// requireNothingLeft proves that nothing half done stays.
func requireNothingLeft(t *testing.T, p *container.Pod) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(p.Trees(), "part"))
	if !os.IsNotExist(err) {
		require.NoError(t, err)
	}
	require.Empty(t, entries)
}

// readFiles returns the paths of all files below a directory, without .git, and what they hold; a link's target behind an arrow.
func readFiles(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		require.NoError(t, err)
		name, err := filepath.Rel(dir, path)
		require.NoError(t, err)
		switch {
		case d.Name() == ".git" && d.IsDir():
			return fs.SkipDir
		case d.Name() == ".git" || d.IsDir():
		case d.Type()&fs.ModeSymlink != 0:
			target, err := os.Readlink(path)
			require.NoError(t, err)
			files[name] = "-> " + target
		default:
			content, err := os.ReadFile(path)
			require.NoError(t, err)
			files[name] = string(content)
		}
		return nil
	}))
	return files
}

// commitOf is the hash of a revision of a repository on the servers.
func commitOf(t *testing.T, repository, revision string) string {
	t.Helper()
	commit, err := servers.store.Commit(repository, revision)
	require.NoError(t, err)
	return commit
}

// names are the sorted names of files.
func names(files map[string]string) []string { return slices.Sorted(maps.Keys(files)) }
