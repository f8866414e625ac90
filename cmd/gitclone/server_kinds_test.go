package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"orderly.dev/mutate/contract/clone"
)

func TestAServerOfTheDumbProtocolGivesWholeHistories(t *testing.T) {
	dir := t.TempDir()
	makeRepository(t, dir, "app.git", 5)
	runGit(t, dir+"/app.git", "update-server-info")
	web := httptest.NewServer(http.FileServer(http.Dir(dir)))
	t.Cleanup(web.Close)
	inside := runGit(t, dir+"/app.git", "rev-parse", "main~2")
	for _, text := range []string{"", "main", "side", "v1", "v2", "refs/pull/1/head", inside} {
		t.Run("ref "+text, func(t *testing.T) {
			t.Parallel()
			p, r := newPod(t), entry(t, web.URL+"/app.git")
			if text != "" {
				ref(text)(&r)
			}
			ran := p.clone(t, orderOf(r))
			source := ran.sources(t, orderOf(r))[0]
			require.Equal(t, source.Commit, p.git(t, "app", "rev-parse", "HEAD"))
			require.Equal(t, "false", p.git(t, "app", "rev-parse", "--is-shallow-repository"))
			require.Contains(t, ran.log, "app: the server speaks the dumb protocol, which has no depth: the whole history is fetched\n")
		})
	}
}

// withoutVersion2 makes a server speak the old protocol, as one does whose web server swallows the header.
func (f *forge) withoutVersion2() {
	f.guardBy(func(_ http.ResponseWriter, r *http.Request) bool {
		r.Header.Del("Git-Protocol")
		return false
	})
}

func TestACommitIsFoundBelowTipsWhereTheServerGivesNothingElse(t *testing.T) {
	dir := t.TempDir()
	makeRepository(t, dir, "app.git", 400)
	web := newForge(t, dir, plainly)
	web.withoutVersion2()
	for _, tc := range []struct {
		name, rev string
		depth     int
		log       string
	}{
		{"near a tip", "main~2", 5, "the commit is looked for below them"},
		{"deep", "main~200", 1, "not found yet: 250 commits deeper"},
		{"with the whole history", "main~390", 0, "the commit is looked for below them"},
		{"at a tip, which the server gives", "main", 1, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			hash := runGit(t, dir+"/app.git", "rev-parse", tc.rev)
			p, o := newPod(t), orderOf(entry(t, web.URL+"/app.git", ref(hash), withDepth(tc.depth)))
			ran := p.clone(t, o)
			require.Equal(t, clone.Source{RefType: "commit", RefName: hash, Commit: hash}, ran.sources(t, o)[0])
			require.Contains(t, ran.log, tc.log)
		})
	}
	t.Run("and when no tip leads to it that is said", func(t *testing.T) {
		t.Parallel()
		p, o := newPod(t), orderOf(entry(t, web.URL+"/app.git", ref("0123456789012345678901234567890123456789")))
		ran := p.clone(t, o)
		require.Equal(t, 1, ran.code)
		require.Contains(t, ran.message, "the commit is in none of the branches and tags; check the hash")
	})
}

func TestARepositoryWithSHA256(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "app.git")
	require.NoError(t, os.MkdirAll(path, 0o755))
	runGit(t, path, "init", "-q", "--bare", "-b", "main", "--object-format=sha256", ".")
	importHistory(t, path, 3)
	inside := runGit(t, path, "rev-parse", "main~1")
	for _, url := range []string{newForge(t, dir, plainly).URL + "/", startDaemon(t, dir)} {
		for _, text := range []string{"main", "v1", inside} {
			p, o := newPod(t), orderOf(entry(t, url+"app.git", ref(text)))
			ran := p.clone(t, o)
			require.Len(t, ran.sources(t, o)[0].Commit, 64)
			require.Equal(t, "sha256", p.git(t, "app", "rev-parse", "--show-object-format"))
		}
	}
	p, o := newPod(t), orderOf(entry(t, startDaemon(t, dir)+"app.git", ref("0123456789012345678901234567890123456789")))
	require.Contains(t, p.clone(t, o).message, "the repository's hashes have 64 digits, and that of the commit 40; check the hash")
}

func TestAServerThatComesBackIsAskedAgain(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	makeRepository(t, dir, "app.git", 2)
	web := newForge(t, dir, plainly)
	var requests atomic.Int32
	web.guardBy(func(w http.ResponseWriter, _ *http.Request) bool {
		if requests.Add(1) > 2 {
			return false
		}
		w.WriteHeader(http.StatusServiceUnavailable)
		return true
	})
	p, o := newPod(t), orderOf(entry(t, web.URL+"/app.git"))
	ran := p.clone(t, o)
	require.Len(t, ran.sources(t, o), 1)
	require.Regexp(t, `app: the server cannot be reached, or the connection broke; git said: .*503.*; trying again in [01]\.\d s \(1 of 3\)`, ran.log)
	require.Regexp(t, `trying again in [12]\.\d s \(2 of 3\)`, ran.log)
}

func TestAServerThatStaysAwayFailsAfterThreeMoreTimes(t *testing.T) {
	t.Parallel()
	web := httptest.NewServer(nil)
	web.Close()
	p, began := newPod(t), time.Now()
	ran := p.clone(t, orderOf(entry(t, web.URL+"/app.git")))
	require.Equal(t, 1, ran.code)
	require.Contains(t, ran.log, "(3 of 3)")
	require.Contains(t, ran.message, "cloning "+web.URL+"/app.git to app: the server cannot be reached, or the connection broke; git said: ")
	require.Greater(t, time.Since(began), 5*time.Second, "waits of at least three quarters of 1, 2 and 4 s")
	p.requireNoLeftovers(t)
}
