package gitclone

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"orderly.dev/mutate/contract/clone"
	"orderly.dev/test/gitserver"
)

func public(repository string) string {
	return servers.public.URL(gitserver.Chain, gitserver.Open, repository)
}

func TestRepositoriesOfOneHostHaveTheirOwnCredentials(t *testing.T) {
	t.Parallel()
	https := func(a gitserver.Access) string { return servers.git.URL(gitserver.Chain, a, "app.git") }
	p := makePod(t,
		wish{url: https(gitserver.Basic), path: "alice", secret: alice().with(authority()), depth: 1},
		wish{url: https(gitserver.BasicBob), path: "bob", secret: bob().with(authority()), depth: 1},
		wish{url: https(gitserver.Bearer), path: "bearer", secret: bearer().with(authority()), depth: 1},
		wish{url: https(gitserver.Scheme), path: "scheme", secret: data{"token": servers.accounts.Header}.with(authority()), depth: 1},
		wish{url: servers.ssh.URL("git", "app.git"), path: "ssh", secret: known(servers.ssh), depth: 1},
		wish{url: servers.daemon.URL("app.git"), path: "nobody", depth: 1},
	)
	main := commitOf(t, "app.git", "main")
	for i, source := range succeed(t, p) {
		require.Equal(t, clone.Source{RefType: "branch", RefName: "main", Commit: main}, source)
		require.Equal(t, tree{commit: main, head: "main", history: 1}, readTree(t, p, p.Order.Repositories[i]))
	}
}

func TestAllThatFailIsSaid(t *testing.T) {
	t.Parallel()
	https := func(a gitserver.Access) string { return servers.git.URL(gitserver.Chain, a, "app.git") }
	p := makePod(t,
		wish{url: https(gitserver.Basic), path: "alice", secret: authority(), depth: 1},
		wish{url: https(gitserver.Open), path: "open", secret: authority(), depth: 1, ref: "mian"},
	)
	message := fail(t, p)
	require.Contains(t, message, "alice")
	require.Contains(t, message, "open")
}

func TestRepositoriesGoWhereTheyShould(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name  string
		paths []string // of trunk.git, wide.git, libs/deep.git
	}{
		{name: "side by side", paths: []string{"trunk", "wide", "deep"}},
		{name: "below folders", paths: []string{"a/b/trunk", "a/wide", "deep"}},
		{name: "one is the workspace", paths: []string{"."}},
		{name: "one is the workspace and others are in it", paths: []string{".", "libs/wide", "libs/wide/own/deep"}},
		{name: "the outer one comes last", paths: []string{"libs/wide/own/deep", "libs/wide", "."}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			repositories := []string{"trunk.git", "wide.git", "libs/deep.git"}
			heads := []string{"trunk", "main", "main"}
			var wishes []wish
			for i, path := range tc.paths {
				wishes = append(wishes, wish{url: public(repositories[i]), path: path, depth: 1})
			}
			p := makePod(t, wishes...)
			succeed(t, p)
			for i, path := range tc.paths {
				dir := filepath.Join(p.Tree(), path)
				require.Equal(t, commitOf(t, repositories[i], heads[i]), gitIn(t, dir, "rev-parse", "HEAD"))
				require.Equal(t, heads[i], gitIn(t, dir, "branch", "--show-current"))
				require.Empty(t, gitIn(t, dir, "status", "--porcelain", "--untracked-files=no"))
			}
		})
	}
}

func TestARepositoryThatLiesInTheWayOfAnotherIsAnError(t *testing.T) {
	t.Parallel()
	p := makePod(t, wish{url: public("wide.git"), path: ".", depth: 1}, wish{url: public("trunk.git"), path: "docs", depth: 1})
	result := run(t, p)
	require.Equal(t, 1, result.Code, result.Log)
	require.Equal(t, "cloning "+public("trunk.git")+" to docs: there is something else at docs already, from the repository around it; choose another path\n", result.Message)
}

func TestOddFilesAreAsTheyWereCommitted(t *testing.T) {
	t.Parallel()
	p := makePod(t, wish{url: public("odd.git"), depth: 1})
	succeed(t, p)
	dir := filepath.Join(p.Tree(), "app")
	want := map[string]string{}
	for name, file := range gitserver.OddFiles() {
		want[name] = file.Content
		if file.Mode == gitserver.Symlink {
			want[name] = "-> " + file.Content
		}
	}
	require.Equal(t, want, readFiles(t, dir))
	for name, executable := range map[string]bool{"run.sh": true, "plain.txt": false} {
		info, err := os.Stat(filepath.Join(dir, name))
		require.NoError(t, err)
		require.Equal(t, executable, info.Mode()&0o111 != 0, name)
	}
	readTree(t, p, p.Order.Repositories[0])
}

func TestLongHashesAreHashes(t *testing.T) {
	t.Parallel()
	for name, address := range map[string]string{"https": public("sha256.git"), "git": servers.daemon.URL("sha256.git")} {
		for _, ref := range []string{"", "v2", commitOf(t, "sha256.git", "main~2")} {
			t.Run(name+" "+ref, func(t *testing.T) {
				t.Parallel()
				p := makePod(t, wish{url: address, ref: ref, depth: 1})
				revision := ref
				if ref == "" {
					revision = "main"
				}
				require.Equal(t, commitOf(t, "sha256.git", revision), succeed(t, p)[0].Commit)
				require.Equal(t, commitOf(t, "sha256.git", revision), readTree(t, p, p.Order.Repositories[0]).commit)
			})
		}
	}
}

func TestOnlyWhatIsAskedForIsCheckedOut(t *testing.T) {
	t.Parallel()
	p := makePod(t, wish{url: public("wide.git"), depth: 1, more: func(r *clone.Repository) { r.Sparse = []string{"docs", "tools/deep"} }})
	succeed(t, p)
	require.Equal(t, map[string]string{"top.txt": "top.txt\n", "docs/a.md": "docs/a.md\n", "docs/deep/b.md": "docs/deep/b.md\n", "tools/t.sh": "tools/t.sh\n",
		"tools/deep/u.sh": "tools/deep/u.sh\n"}, readFiles(t, filepath.Join(p.Tree(), "app")))
	readTree(t, p, p.Order.Repositories[0])
}

func TestGitIsRemovedWhereItIsNotWanted(t *testing.T) {
	t.Parallel()
	p := makePod(t, wish{url: public("super.git"), depth: 1, more: func(r *clone.Repository) { r.RemoveGit, r.Submodules = true, true }})
	require.Equal(t, commitOf(t, "super.git", "main"), succeed(t, p)[0].Commit)
	dir := filepath.Join(p.Tree(), "app")
	require.Contains(t, readFiles(t, dir), "libs/inner/deep/README.md")
	for _, path := range []string{".git", "libs/inner/.git", "libs/inner/deep/.git"} {
		require.NoFileExists(t, filepath.Join(dir, path))
		require.NoDirExists(t, filepath.Join(dir, path))
	}
}
