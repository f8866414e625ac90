package main

import (
	"bytes"
	"io"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// contents is every file of the workspace but git's own, with what is in it.
func (p pod) contents(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	require.NoError(t, filepath.WalkDir(p.at.tree, func(name string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Name() == ".git" {
			return fs.SkipDir
		}
		if err == nil && !entry.IsDir() {
			found[strings.TrimPrefix(name, p.at.tree)] = p.read(name)
		}
		return err
	}))
	return found
}

func TestKilledAtAnyMomentAndStartedAgain(t *testing.T) {
	t.Parallel()
	dir := withLibraries(t)
	for i := range 40 { // some work for every phase
		runGit(t, dir+"/app.git", "branch", "b"+itoa(i), "main")
	}
	url := newForge(t, dir, plainly).URL
	o := orderOf(entry(t, url+"/app.git", at("."), withSubmodules), entry(t, url+"/lib.git", at("inner/lib"), withDepth(0)), entry(t, url+"/deep.git", at("inner/lib/x")))
	whole := newPod(t)
	began := time.Now()
	whole.clone(t, o).sources(t, o)
	took := time.Since(began)
	want, killed := whole.contents(t), 0
	for range 8 {
		p := newPod(t)
		for range 3 {
			command := p.command(o)
			require.NoError(t, command.Start())
			timer := time.AfterFunc(rand.N(took), func() { _ = command.Process.Kill() })
			_ = command.Wait()
			timer.Stop()
			if command.ProcessState.ExitCode() != 0 {
				killed++
			}
		}
		ran := p.clone(t, o)
		ran.sources(t, o)
		require.Equal(t, want, p.contents(t))
		for _, path := range []string{".", "inner/lib", "inner/lib/x"} {
			require.Empty(t, p.git(t, path, "fsck", "--no-dangling"))
			require.Equal(t, "", p.git(t, path, "diff", "HEAD", "--ignore-submodules=untracked"))
		}
		p.requireNoLeftovers(t)
	}
	require.Greater(t, killed, 6, "too few were killed before they had ended")
}

func TestWhatIsCompleteIsLeftAsItIs(t *testing.T) {
	dir, _ := newServer(t)
	f := newForge(t, dir, plainly)
	p := newPod(t)
	good, bad := entry(t, f.URL+"/app.git"), entry(t, f.URL+"/late.git", at("libs/late"))
	o := orderOf(good, bad)
	require.Equal(t, 1, p.clone(t, o).code)
	number, removed := filepath.Join(p.at.tree, "app/number"), filepath.Join(p.at.tree, "app/docs")
	require.NoError(t, os.WriteFile(number, []byte("a step was here"), 0o644))
	require.NoError(t, os.RemoveAll(removed))
	before, err := os.Stat(number)
	require.NoError(t, err)

	makeRepository(t, dir, "late.git", 4)
	runGit(t, dir+"/app.git", "update-ref", "refs/heads/main", "refs/heads/side")
	ran := p.clone(t, o)
	sources := ran.sources(t, o)
	require.Regexp(t, `app: at `+sources[0].Commit+` \(branch main\), as it was left\n`, ran.log)
	require.NotEqual(t, runGit(t, dir+"/app.git", "rev-parse", "side"), sources[0].Commit)
	after, err := os.Stat(number)
	require.NoError(t, err)
	require.True(t, os.SameFile(before, after))
	require.Equal(t, before.ModTime(), after.ModTime())
	require.NoDirExists(t, removed)
	require.Equal(t, "xxxx", p.file("libs/late/number"))

	require.NoError(t, os.Remove(p.at.env))
	f.Close()
	p.clone(t, o).sources(t, o)
	require.Contains(t, p.read(p.at.env), "ORDERLY_SOURCE_COMMIT="+sources[0].Commit)
}

func TestKilledBetweenTheRecordAndTheMove(t *testing.T) {
	_, url := newServer(t)
	p, o := newPod(t), orderOf(entry(t, url+"app.git"), entry(t, url+"app.git", at("app/inner")))
	p.clone(t, o).sources(t, o)
	for i, path := range map[int]string{0: "app", 1: "app/inner"} { // back to where they were
		part := filepath.Join(p.at.part, p.decodeRecord(t, i).Part)
		require.NoError(t, os.MkdirAll(part, 0o700))
		if i == 1 {
			require.NoError(t, os.Rename(filepath.Join(p.at.tree, path), filepath.Join(part, "tree")))
		}
	}
	require.NoError(t, os.Rename(filepath.Join(p.at.tree, "app"), filepath.Join(p.at.part, p.decodeRecord(t, 0).Part, "tree")))
	ran := p.clone(t, o)
	ran.sources(t, o)
	require.Equal(t, "xxx", p.file("app/inner/number"))
	require.NotContains(t, ran.log, "cloning")
	p.requireNoLeftovers(t)
}

func TestAnotherOrderIsAnotherClone(t *testing.T) {
	_, url := newServer(t)
	p, o := newPod(t), orderOf(entry(t, url+"app.git"))
	p.clone(t, o).sources(t, o)
	ran := p.clone(t, orderOf(entry(t, url+"app.git", ref("side"))))
	require.Equal(t, 1, ran.code)
	require.Contains(t, ran.message, "there is something else at app")
	require.Equal(t, "xxx", p.file("app/number"))
}

// stalling makes a server take requests for a pack and answer nothing, and returns how many it has taken.
func (f *forge) stalling() *atomic.Int32 {
	var taken atomic.Int32
	f.guardBy(func(_ http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPost {
			return false
		}
		_, _ = io.Copy(io.Discard, r.Body) // else Go's server does not see that the other side has gone
		taken.Add(1)
		<-r.Context().Done()
		return true
	})
	return &taken
}

func TestASignalEndsGitAndTheCloner(t *testing.T) {
	dir, _ := newServer(t)
	for signal, code := range map[syscall.Signal]int{syscall.SIGTERM: 143, syscall.SIGINT: 130} {
		f := newForge(t, dir, plainly)
		taken := f.stalling()
		p := newPod(t)
		command := p.command(orderOf(entry(t, f.URL+"/app.git")))
		var log bytes.Buffer
		command.Stderr = &log
		require.NoError(t, command.Start())
		require.Eventually(t, func() bool { return taken.Load() > 0 }, 10*time.Second, time.Millisecond, "git does not ask")
		require.NotEmpty(t, processesIn(t, p.root))
		began := time.Now()
		require.NoError(t, command.Process.Signal(signal))
		_ = command.Wait()
		require.Equal(t, code, command.ProcessState.ExitCode(), log.String())
		require.Less(t, time.Since(began), 2*time.Second)
		require.Contains(t, p.read(p.at.termination), "stopped: signal ")
		require.Empty(t, processesIn(t, p.root))
		p.requireNoLeftovers(t)
	}
}

// processesIn are the processes that work below a directory.
func processesIn(t *testing.T, root string) []string {
	t.Helper()
	links, err := filepath.Glob("/proc/[0-9]*/cwd")
	require.NoError(t, err)
	var found []string
	for _, link := range links {
		if target, err := os.Readlink(link); err == nil && strings.HasPrefix(target, root) {
			found = append(found, link)
		}
	}
	return found
}

func TestOthersAreStoppedSoonAfterOneHasFailed(t *testing.T) {
	dir, _ := newServer(t)
	f := newForge(t, dir, plainly)
	f.stalling()
	p := newPod(t)
	log := &journal{to: t.Output(), secret: &redaction{}}
	o := orderOf(entry(t, f.URL+"/app.git"), entry(t, "https://git.example.com/none.git", withSecret("none")))
	c := &cloner{order: o, at: p.at, around: lookAround(o), silence: time.Minute, lastWords: 100 * time.Millisecond, log: log}
	records, err := c.begin()
	require.NoError(t, err)
	results := c.run(t.Context(), records)
	require.Equal(t, stopped, kindOf(results[0].err))
	require.Equal(t, wrongSecret, kindOf(results[1].err))
	require.Len(t, sentences(o, results), 1)
	p.requireNoLeftovers(t)
}

func TestAGitThatSaysNothingIsEndedAndTriedAgain(t *testing.T) {
	dir, _ := newServer(t)
	f := newForge(t, dir, plainly)
	taken := f.stalling()
	p := newPod(t)
	var log bytes.Buffer
	o := orderOf(entry(t, f.URL+"/app.git"))
	c := &cloner{order: o, at: p.at, around: lookAround(o), silence: 300 * time.Millisecond, patience: patience{time.Millisecond}, log: &journal{to: &log, secret: &redaction{}}}
	records, err := c.begin()
	require.NoError(t, err)
	results := c.run(t.Context(), records)
	require.Equal(t, silent, kindOf(results[0].err))
	require.EqualValues(t, 2, taken.Load())
	require.Contains(t, log.String(), "said nothing for too long and was ended; trying again in 0.0 s (1 of 1)")
	require.Empty(t, processesIn(t, p.root))
	require.Contains(t, sentence(o.Repositories[0], results[0].err), "check the address, the network policies")
	p.requireNoLeftovers(t)
}
