package gitclone

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"orderly.dev/mutate/contract/clone"
	"orderly.dev/test/gitclone/container"
	"orderly.dev/test/gitserver"
)

// kills is how many cloners of each kind are killed.
const kills = 10

func TestAClonerThatIsKilledAnyTimeIsFinishedByTheNext(t *testing.T) {
	t.Parallel()
	files := wish{url: servers.git.URL(gitserver.Chain, gitserver.Basic, "some.git"), path: ".", secret: alice().with(authority()), depth: 1}
	modules := wish{url: servers.ssh.URL("git", "super.git"), path: "libs/super", secret: known(servers.ssh), depth: 1, more: withSubmodules}
	inner := wish{url: public("app.git"), path: "libs/app", depth: 1}
	for name, wishes := range map[string][]wish{"many files": {files}, "submodules": {modules}, "one in the other": {files, inner}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := makePod(t, wishes...)
			began := time.Now()
			sources := succeed(t, p)
			took := time.Since(began)
			for i := range kills {
				moment := time.Duration(rand.Int64N(int64(took)))
				t.Run(fmt.Sprintf("%d after %v", i, moment.Round(time.Millisecond)), func(t *testing.T) {
					t.Parallel()
					killed := makePod(t, wishes...)
					killAfter(t, killed, moment)
					require.Equal(t, sources, succeed(t, killed))
					requireSameTree(t, p, killed)
				})
			}
		})
	}
}

// requireSameTree proves that two Pods have the same files, and that git finds nothing wrong.
func requireSameTree(t *testing.T, want, got *container.Pod) {
	t.Helper()
	require.Equal(t, readFiles(t, want.Tree()), readFiles(t, got.Tree()))
	for _, r := range got.Order.Repositories {
		dir := filepath.Join(got.Tree(), string(r.Path))
		require.Empty(t, gitIn(t, dir, "status", "--porcelain", "--untracked-files=no"))
		gitIn(t, dir, "fsck", "--no-dangling")
	}
}

// killAfter starts the cloner and kills it after a moment, unless it has ended.
func killAfter(t *testing.T, p *container.Pod, moment time.Duration) {
	t.Helper()
	r := start(t, p)
	select {
	case <-time.After(moment):
	case <-r.Ended():
	}
	_ = r.Kill() // it may have ended
	require.NoError(t, r.Wait().Err)
}

func TestWhatIsThereIsLeftAsItIs(t *testing.T) {
	t.Parallel()
	p := makePod(t, wish{url: public("app.git"), path: "app", depth: 1}, wish{url: public("trunk.git"), path: "trunk", depth: 1})
	sources := succeed(t, p)
	changed := filepath.Join(p.Tree(), "app", "README.md")
	require.NoError(t, os.WriteFile(changed, []byte("a step was here\n"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(p.Tree(), "app", "built"), nil, 0o600))
	require.Equal(t, sources, succeed(t, p))
	content, err := os.ReadFile(changed)
	require.NoError(t, err)
	require.Equal(t, "a step was here\n", string(content))
	require.FileExists(t, filepath.Join(p.Tree(), "app", "built"))
}

func TestWhatIsThereNeedsNoServer(t *testing.T) {
	t.Parallel()
	p := makePod(t, wish{url: public("trunk.git"), depth: 1})
	sources := succeed(t, p)
	p.Image.Hosts = "127.0.0.99 " + publicHost + "\n" // nobody is there
	require.Equal(t, sources, succeed(t, p))
}

func TestAClonerThatIsToldToEndEnds(t *testing.T) {
	t.Parallel()
	silent := startFault(t, fault{kind: silence})
	p := makePod(t, wish{url: silent.url("app.git"), depth: 1})
	r := start(t, p)
	require.NoError(t, silent.waitAsked())
	began := time.Now()
	require.NoError(t, r.Terminate())
	result := r.Wait()
	require.NoError(t, result.Err)
	require.Equal(t, 143, result.Code, result.Log)
	require.Less(t, time.Since(began), 5*time.Second)
	require.NoDirExists(t, filepath.Join(p.Tree(), "app"))
}

func TestOneRepositoryThatFailsLeavesTheOthersToTheNextStart(t *testing.T) {
	t.Parallel()
	p := makePod(t, wish{url: public("trunk.git"), path: "trunk", depth: 1}, wish{url: public("later.git"), path: "later", depth: 1})
	require.Equal(t, 1, run(t, p).Code)
	require.NoError(t, servers.store.Add("later.git", gitserver.Repository{Commits: []gitserver.Commit{{Ref: "refs/heads/main",
		Files: map[string]gitserver.File{"late.txt": {Content: "late\n"}}}}}))
	sources := succeed(t, p)
	require.Equal(t, []clone.Source{{RefType: "branch", RefName: "trunk", Commit: commitOf(t, "trunk.git", "trunk")},
		{RefType: "branch", RefName: "main", Commit: commitOf(t, "later.git", "main")}}, sources)
}
