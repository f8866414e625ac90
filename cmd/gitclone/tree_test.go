package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"orderly.dev/mutate/contract/clone"
)

// newServer is a server with one repository, app.git, of three commits.
func newServer(t *testing.T) (dir, url string) {
	t.Helper()
	dir = t.TempDir()
	makeRepository(t, dir, "app.git", 3)
	return dir, newForge(t, dir, plainly).URL + "/"
}

func TestARefThatIsNotThereIsSaidWithThoseThatAreNear(t *testing.T) {
	dir, url := newServer(t)
	for _, name := range []string{"release-1.0", "release-1.1", "maintenance", "topic", "other"} {
		runGit(t, dir+"/app.git", "branch", name, "main")
	}
	for _, tc := range []struct {
		name string
		ref  clone.Ref
		want string
	}{
		{"a mistyped branch", clone.Ref{Kind: clone.AnyRef, Name: "mian"}, `there is no branch or tag "mian"; perhaps main`},
		{"in other letters", clone.Ref{Kind: clone.Branch, Name: "Main"}, `there is no branch "Main"; perhaps main`},
		{"a part of a name", clone.Ref{Kind: clone.AnyRef, Name: "login"}, `there is no branch or tag "login"; perhaps feature/login`},
		{"several", clone.Ref{Kind: clone.AnyRef, Name: "release-1.2"}, `there is no branch or tag "release-1.2"; perhaps release-1.0, release-1.1`},
		{"nothing near", clone.Ref{Kind: clone.AnyRef, Name: "qqqqqqqqqqqqqqq"}, `there is no branch or tag "qqqqqqqqqqqqqqq"; check ref`},
		{"a short hash", clone.Ref{Kind: clone.AnyRef, Name: "abcdef0"}, `there is no branch or tag "abcdef0"; if it is a commit, write its whole hash`},
		{"a tag that is a branch", clone.Ref{Kind: clone.Tag, Name: "main"}, `there is no tag "main", but a branch; write branch: main`},
		{"a branch that is a tag", clone.Ref{Kind: clone.Branch, Name: "v1"}, `there is no branch "v1", but a tag; write tag: v1`},
		{"a full ref", clone.Ref{Kind: clone.FullRef, Name: "refs/pull/2/head"}, `there is no ref refs/pull/2/head, or the server does not show it`},
		{"a commit", clone.Ref{Kind: clone.Commit, Name: strings.Repeat("1", 40)}, `the server does not give this commit; git said: `},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			p := newPod(t)
			ran := p.clone(t, orderOf(entry(t, url+"app.git", func(r *clone.Repository) { r.Ref = tc.ref })))
			require.Equal(t, 1, ran.code)
			require.Contains(t, ran.message, "cloning "+url+"app.git to app: "+tc.want)
			require.NotContains(t, ran.log, "trying again")
			p.requireNoLeftovers(t)
		})
	}
}

func TestARepositoryThatHasNothing(t *testing.T) {
	dir, url := newServer(t)
	require.NoError(t, os.Mkdir(dir+"/empty.git", 0o755))
	runGit(t, dir+"/empty.git", "init", "-q", "--bare", ".")
	ran := newPod(t).clone(t, orderOf(entry(t, url+"empty.git")))
	require.Contains(t, ran.message, "the repository is empty: it has no commit yet; push a commit, or remove the entry")
	runGit(t, dir+"/app.git", "symbolic-ref", "HEAD", "refs/heads/gone")
	ran = newPod(t).clone(t, orderOf(entry(t, url+"app.git")))
	require.Contains(t, ran.message, "the server's HEAD names no branch that is there; write one of its branches as ref: main, side, feature/login")
	ran = newPod(t).clone(t, orderOf(entry(t, url+"none.git")))
	require.Contains(t, ran.message, "repository not found; git said: fatal: repository '"+url+"none.git/' not found; check the address")
}

func TestAServerWhoseHeadIsACommit(t *testing.T) {
	dir, url := newServer(t)
	hash := runGit(t, dir+"/app.git", "rev-parse", "main~1")
	require.NoError(t, os.WriteFile(dir+"/app.git/HEAD", []byte(hash+"\n"), 0o644))
	p, o := newPod(t), orderOf(entry(t, url+"app.git"))
	require.Equal(t, clone.Source{RefType: "ref", RefName: "HEAD", Commit: hash}, p.clone(t, o).sources(t, o)[0])
}

func TestABranchAndATagOfOneName(t *testing.T) {
	dir, url := newServer(t)
	runGit(t, dir+"/app.git", "tag", "side", "main")
	p, o := newPod(t), orderOf(entry(t, url+"app.git", ref("side")))
	ran := p.clone(t, o)
	require.Equal(t, "branch", ran.sources(t, o)[0].RefType)
	require.Equal(t, "x", p.file("app/number"))
	require.Contains(t, ran.log, `app: "side" is a branch and a tag: the branch is taken; write tag: side for the tag`)
	p, o = newPod(t), orderOf(entry(t, url+"app.git", ref("refs/tags/side")))
	require.Equal(t, "tag", p.clone(t, o).sources(t, o)[0].RefType)
	require.Equal(t, "xxx", p.file("app/number"))
}

func TestOnlySomeDirectories(t *testing.T) {
	_, url := newServer(t)
	p, o := newPod(t), orderOf(entry(t, url+"app.git", sparsely("docs", "no such thing")))
	ran := p.clone(t, o)
	require.Len(t, ran.sources(t, o), 1)
	require.Equal(t, "xxx", p.file("app/docs/page"))
	require.Equal(t, "xxx", p.file("app/number"), "files at the top are always there")
	require.NoDirExists(t, filepath.Join(p.at.tree, "app/tools"))
	require.Contains(t, ran.log, "app: warning: sparse names no such thing, which is not in the tree")
	require.Empty(t, p.git(t, "app", "status", "--porcelain"))
}

func TestDepthIsThatOfTheOrder(t *testing.T) {
	_, url := newServer(t)
	for depth, want := range map[int]string{0: "3", 1: "1", 2: "2"} {
		p, o := newPod(t), orderOf(entry(t, url+"app.git", withDepth(depth)))
		p.clone(t, o).sources(t, o)
		require.Equal(t, want, p.git(t, "app", "rev-list", "--count", "HEAD"))
	}
}

func TestTheWholeHistoryComesWithItsTags(t *testing.T) {
	_, url := newServer(t)
	p, o := newPod(t), orderOf(entry(t, url+"app.git", withDepth(0)))
	p.clone(t, o).sources(t, o)
	require.Equal(t, "v1\nv2", p.git(t, "app", "tag"))
}

func TestTheTreeIsLeftAsAfterClone(t *testing.T) {
	_, url := newServer(t)
	p, o := newPod(t), orderOf(entry(t, url+"app.git"))
	p.clone(t, o).sources(t, o)
	plain := t.TempDir()
	runGit(t, plain, "clone", "-q", "--depth=1", "--single-branch", "--template=", url+"app.git", "app")
	runGit(t, plain+"/app", "config", "core.sharedRepository", "0666") // the only difference, for steps of several users
	for _, args := range [][]string{
		{"config", "--local", "--list"}, {"for-each-ref"}, {"status", "-sb"}, {"symbolic-ref", "refs/remotes/origin/HEAD"},
	} {
		require.ElementsMatch(t, strings.Split(runGit(t, plain+"/app", args...), "\n"), strings.Split(p.git(t, "app", args...), "\n"), args)
	}
	require.NoDirExists(t, filepath.Join(p.at.tree, "app/.git/hooks"))
}

func TestGitIsRemovedWhereItIsNotWanted(t *testing.T) {
	_, url := newServer(t)
	p, o := newPod(t), orderOf(entry(t, url+"app.git", withoutGit))
	p.clone(t, o).sources(t, o)
	require.NoDirExists(t, filepath.Join(p.at.tree, "app/.git"))
	require.Equal(t, "xxx", p.file("app/number"))
}

func TestFilesOfLFSStayPointersWithoutIt(t *testing.T) {
	dir, url := newServer(t)
	work := t.TempDir()
	runGit(t, work, "clone", "-q", dir+"/app.git", ".")
	require.NoError(t, os.WriteFile(work+"/docs/.gitattributes", []byte("*.bin filter=lfs diff=lfs merge=lfs -text\n"), 0o644))
	pointer := "version https://git-lfs.github.com/spec/v1\noid sha256:" + strings.Repeat("a", 64) + "\nsize 5\n"
	require.NoError(t, os.WriteFile(work+"/docs/x.bin", []byte(pointer), 0o644))
	runGit(t, work, "add", ".")
	runGit(t, work, "commit", "-qm", "lfs")
	runGit(t, work, "push", "-q", "origin", "main")
	p, o := newPod(t), orderOf(entry(t, url+"app.git"))
	command := p.command(o)
	command.Env = []string{"PATH=" + withoutLFS(t)}
	out, err := command.CombinedOutput()
	require.NoErrorf(t, err, "%s", out)
	require.Contains(t, string(out), "app: warning: .gitattributes keeps files elsewhere, by git-lfs, which this image does not have: they stay pointers")
	require.Equal(t, pointer, p.file("app/docs/x.bin"))
}

// withoutLFS is a search path with what git needs, and no git-lfs.
func withoutLFS(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"git", "sh"} {
		require.NoError(t, os.Symlink("/usr/bin/"+name, filepath.Join(dir, name)))
	}
	return dir
}

func TestSeveralRepositoriesAndTheirVariables(t *testing.T) {
	dir, url := newServer(t)
	makeRepository(t, dir, "lib.git", 2)
	p := newPod(t)
	var repositories []clone.Repository
	for i := range 6 {
		repositories = append(repositories, entry(t, url+"lib.git", at(clone.Path(fmt.Sprintf("libs/lib-%d", i)))))
	}
	o := orderOf(append([]clone.Repository{entry(t, url+"app.git", ref("v1"))}, repositories...)...)
	o.GitEventsRunner = true
	ran := p.clone(t, o)
	sources := ran.sources(t, o)
	require.Len(t, sources, 7)
	require.Contains(t, p.read(p.at.env), "ORDERLY_WORKDIR=/workspace/app\nORDERLY_SOURCE_URL="+url+"app.git\nORDERLY_SOURCE_REF_TYPE=tag\nORDERLY_SOURCE_REF_NAME=v1\n"+
		"ORDERLY_SOURCE_COMMIT="+sources[0].Commit+"\n")
	require.Contains(t, p.read(p.at.env), "ORDERLY_SOURCE_LIBS_LIB_3_COMMIT="+sources[4].Commit+"\n")
	require.Contains(t, p.read(p.at.env), "ACTION_JOB_TRIGGER_SOURCE_COMMIT="+sources[0].Commit+"\n")
	require.Equal(t, "xx", p.file("libs/lib-5/number"))
	for line := range strings.Lines(ran.log) {
		require.Regexp(t, `^(app|libs/lib-\d): `, line)
	}
	require.Regexp(t, `app: at `+sources[0].Commit+` \(tag v1\), 3 files, \d+\.\d s\n`, ran.log)
	require.Contains(t, ran.log, "app: cloning "+url+"app.git (branch or tag v1)\n")
}

func TestOneRepositoryInAnother(t *testing.T) {
	dir, url := newServer(t)
	makeRepository(t, dir, "lib.git", 2)
	t.Run("waits for it", func(t *testing.T) {
		p := newPod(t)
		o := orderOf(entry(t, url+"lib.git", at("vendor/x/lib")), entry(t, url+"lib.git", at("vendor/x/lib/deeper")), entry(t, url+"app.git", at(".")))
		p.clone(t, o).sources(t, o)
		require.Equal(t, "xx", p.file("vendor/x/lib/number"))
		require.Equal(t, "xx", p.file("vendor/x/lib/deeper/number"))
		require.Equal(t, "xxx", p.file("number"))
	})
	t.Run("cannot have a place that is taken", func(t *testing.T) {
		p := newPod(t)
		o := orderOf(entry(t, url+"app.git", at(".")), entry(t, url+"lib.git", at("docs")))
		for range 2 { // started again, it says the same, and does no harm
			ran := p.clone(t, o)
			require.Equal(t, 1, ran.code)
			require.Contains(t, ran.message, "cloning "+url+"lib.git to docs: there is something else at docs already, from the repository around it; choose another path")
			require.Equal(t, "xxx", p.file("docs/page"))
		}
	})
	t.Run("does not follow a link out of the workspace", func(t *testing.T) {
		outside := t.TempDir()
		work := t.TempDir()
		runGit(t, work, "clone", "-q", dir+"/app.git", ".")
		require.NoError(t, os.Symlink(outside, work+"/link"))
		runGit(t, work, "add", ".")
		runGit(t, work, "commit", "-qm", "link")
		runGit(t, work, "push", "-q", "origin", "HEAD:refs/heads/linked")
		for _, path := range []clone.Path{"link", "link/lib"} {
			p := newPod(t)
			o := orderOf(entry(t, url+"app.git", at("."), ref("linked")), entry(t, url+"lib.git", at(path)))
			require.Contains(t, p.clone(t, o).message, "there is something else at "+string(path))
			require.NoDirExists(t, outside+"/lib")
		}
	})
	t.Run("has no place when that fails", func(t *testing.T) {
		p := newPod(t)
		o := orderOf(entry(t, url+"none.git", at("a")), entry(t, url+"lib.git", at("a/b")))
		ran := p.clone(t, o)
		require.Equal(t, 1, ran.code)
		require.Contains(t, ran.message, "cloning "+url+"none.git to a: repository not found")
		require.NotContains(t, ran.message, "a/b")
		require.NoDirExists(t, filepath.Join(p.at.tree, "a"))
	})
}

func TestAllThatFailedAreSaid(t *testing.T) {
	_, url := newServer(t)
	p := newPod(t)
	o := orderOf(entry(t, url+"none.git"), entry(t, url+"app.git", ref("nope")), entry(t, url+"app.git", at("good")))
	ran := p.clone(t, o)
	require.Equal(t, 1, ran.code)
	require.Contains(t, ran.message, "none.git to none: repository not found")
	require.Contains(t, ran.message, `app.git to app: there is no branch or tag "nope"`)
	require.Equal(t, "xxx", p.file("good/number"))
	require.Empty(t, p.read(p.at.env))
}
