package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// addSubmodule commits a submodule to the main branch of a repository, exactly as it is told, which may be hostile.
func addSubmodule(t *testing.T, repository, modules, path, commit string) {
	t.Helper()
	work := t.TempDir()
	runGit(t, work, "clone", "-q", repository, ".")
	require.NoError(t, os.WriteFile(filepath.Join(work, ".gitmodules"), []byte(modules), 0o644))
	runGit(t, work, "add", ".gitmodules")
	runGit(t, work, "update-index", "--add", "--cacheinfo", "160000,"+commit+","+path)
	runGit(t, work, "commit", "-qm", "submodule")
	runGit(t, work, "push", "-q", "origin", "HEAD:main")
}

func modules(name, path, url string) string {
	return "[submodule \"" + name + "\"]\n\tpath = " + path + "\n\turl = " + url + "\n"
}

// withLibraries is a directory with app.git, in it lib.git by a relative address, and in that deep.git.
func withLibraries(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	makeRepository(t, dir, "app.git", 3)
	makeRepository(t, dir, "lib.git", 3)
	makeRepository(t, dir, "deep.git", 3)
	addSubmodule(t, dir+"/lib.git", modules("deep", "deep", "../deep.git"), "deep", runGit(t, dir+"/deep.git", "rev-parse", "main~1"))
	addSubmodule(t, dir+"/app.git", modules("lib", "libs/lib", "../lib.git"), "libs/lib", runGit(t, dir+"/lib.git", "rev-parse", "main"))
	return dir
}

func TestSubmodulesAndTheirs(t *testing.T) {
	dir := withLibraries(t)
	f := newForge(t, dir, plainly)
	f.wantsPassword("me", "p4ssw0rd-of-mine")
	old := newForge(t, dir, plainly)
	old.withoutVersion2()
	for name, url := range map[string]string{"with a password": f.URL, "from a server that gives tips only": old.URL, "over git": strings.TrimSuffix(startDaemon(t, dir), "/")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, depth := range []int{0, 1} {
				p := newPod(t)
				r := entry(t, url+"/app.git", withSubmodules, withDepth(depth))
				if url == f.URL {
					p.addSecret(t, "creds", map[string]string{"username": "me", "password": "p4ssw0rd-of-mine"})
					r.Secret = "creds"
				}
				ran := p.clone(t, orderOf(r))
				ran.sources(t, orderOf(r))
				require.Equal(t, "xxx", p.file("app/libs/lib/number"))
				require.Equal(t, "xx", p.file("app/libs/lib/deep/number"))
				require.Empty(t, p.git(t, "app", "status", "--porcelain"))
				p.requireNowhere(t, "p4ssw0rd-of-mine", ran)
				if depth == 1 && url == f.URL {
					require.Equal(t, "1", p.git(t, "app/libs/lib/deep", "rev-list", "--count", "HEAD"))
				}
			}
		})
	}
	t.Run("lose what git knows about them where it is not wanted", func(t *testing.T) {
		p, o := newPod(t), orderOf(entry(t, old.URL+"/app.git", withSubmodules, withoutGit))
		p.clone(t, o).sources(t, o)
		require.Equal(t, "xx", p.file("app/libs/lib/deep/number"))
		for _, path := range []string{"app/.git", "app/libs/lib/.git", "app/libs/lib/deep/.git"} {
			require.NoFileExists(t, filepath.Join(p.at.tree, path))
		}
	})
	t.Run("stay away where they are not wanted", func(t *testing.T) {
		p, o := newPod(t), orderOf(entry(t, old.URL+"/app.git"))
		p.clone(t, o).sources(t, o)
		require.NoFileExists(t, filepath.Join(p.at.tree, "app/libs/lib/number"))
	})
}

func TestASubmoduleOnAnotherServerGetsNoCredentials(t *testing.T) {
	for _, values := range []map[string]string{{"username": "me", "password": "p4ssw0rd-of-mine"}, {"token": "tok3n-of-mine"}} {
		dir := withLibraries(t)
		own, foreign := newForge(t, dir, plainly), newForge(t, dir, plainly)
		foreign.wantsPassword("me", "p4ssw0rd-of-mine")
		own.guardBy(func(w http.ResponseWriter, r *http.Request) bool {
			if r.Header.Get("Authorization") == "" {
				w.Header().Set("WWW-Authenticate", `Basic realm="git"`)
				w.WriteHeader(http.StatusUnauthorized)
			}
			return r.Header.Get("Authorization") == ""
		})
		addSubmodule(t, dir+"/app.git", modules("lib", "libs/lib", foreign.URL+"/lib.git"), "libs/lib", runGit(t, dir+"/lib.git", "rev-parse", "main"))
		p := newPod(t)
		p.addSecret(t, "creds", values)
		ran := p.clone(t, orderOf(entry(t, own.URL+"/app.git", withSubmodules, withSecret("creds"))))
		require.Equal(t, 1, ran.code)
		require.Contains(t, ran.message, "the server asks for credentials; git said: ")
		require.NotEmpty(t, foreign.seen)
		require.Empty(t, foreign.authorizations())
	}
}

func TestHostileSubmodules(t *testing.T) {
	for _, tc := range []struct{ name, modules, want string }{
		{"a program as an address", modules("lib", "lib", `"ext::sh -c \"touch WITNESS\""`), "a submodule has an address that is not allowed"},
		{"a file as an address", modules("lib", "lib", "file:///etc"), "a submodule has an address that is not allowed"},
		{"a path as an address", modules("lib", "lib", "SERVER/lib.git"), "a submodule has an address that is not allowed"},
		{"an option as an address", modules("lib", "lib", "--upload-pack=touch WITNESS"), ""},
		{"an option as an address of ssh", modules("lib", "lib", "ssh://-oProxyCommand=touch%20WITNESS/x"), ""},
		{"a name that leads out", modules("../../../../outside", "lib", "../lib.git"), ""},
		{"a program that updates", modules("lib", "lib", "../lib.git") + "\tupdate = !touch WITNESS\n", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			makeRepository(t, dir, "app.git", 3)
			makeRepository(t, dir, "lib.git", 3)
			p := newPod(t)
			witness := filepath.Join(p.root, "witness")
			text := strings.NewReplacer("WITNESS", witness, "SERVER", dir).Replace(tc.modules)
			addSubmodule(t, dir+"/app.git", text, "lib", runGit(t, dir+"/lib.git", "rev-parse", "main"))
			ran := p.clone(t, orderOf(entry(t, newForge(t, dir, plainly).URL+"/app.git", withSubmodules)))
			require.NotEqual(t, 0, ran.code, ran.log)
			require.Contains(t, ran.message, tc.want)
			require.NoFileExists(t, witness)
			require.NoFileExists(t, filepath.Join(p.at.tree, "app/number"))
		})
	}
}

func TestASubmoduleOfTheDumbProtocol(t *testing.T) {
	dir := withLibraries(t)
	for _, name := range []string{"app.git", "lib.git", "deep.git"} {
		runGit(t, filepath.Join(dir, name), "update-server-info")
	}
	web := httptest.NewServer(http.FileServer(http.Dir(dir)))
	t.Cleanup(web.Close)
	p, o := newPod(t), orderOf(entry(t, web.URL+"/app.git", withSubmodules))
	ran := p.clone(t, o)
	ran.sources(t, o)
	require.Equal(t, "xx", p.file("app/libs/lib/deep/number"))
	require.Contains(t, ran.log, "app: a submodule's server does not give its commit alone: whole histories are fetched\n")
}
