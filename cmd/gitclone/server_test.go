package main

import (
	"context"
	"encoding/pem"
	"net"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// forge is a web server with git repositories, git's own git-http-backend(1) behind Go's web server.
type forge struct {
	*httptest.Server
	// dir has the repositories, below it as they are in addresses.
	dir string

	mu sync.Mutex
	// guard decides about a request before git sees it. It returns true when it has answered.
	guard func(http.ResponseWriter, *http.Request) bool
	// seen are the values of Authorization of all requests.
	seen []string
}

// newForge is a server of the repositories in dir, with TLS or without.
func newForge(t *testing.T, dir string, secure transport) *forge {
	t.Helper()
	core, err := exec.Command("git", "--exec-path").Output()
	require.NoError(t, err)
	f := &forge{dir: dir}
	backend := &cgi.Handler{
		Path: filepath.Join(strings.TrimSpace(string(core)), "git-http-backend"),
		Env:  []string{"GIT_PROJECT_ROOT=" + dir, "GIT_HTTP_EXPORT_ALL=1", "GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*"},
	}
	f.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		f.seen = append(f.seen, r.Header.Get("Authorization"))
		guard := f.guard
		f.mu.Unlock()
		if guard == nil || !guard(w, r) {
			backend.ServeHTTP(w, r)
		}
	}))
	if secure == overTLS {
		f.StartTLS()
	} else {
		f.Start()
	}
	t.Cleanup(f.Close)
	return f
}

type transport bool

const (
	overTLS transport = true
	plainly transport = false
)

// guardBy sets who decides about requests from now on.
func (f *forge) guardBy(guard func(http.ResponseWriter, *http.Request) bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.guard = guard
}

// authority is the certificate of the server, PEM, which has signed itself.
func (f *forge) authority() string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: f.Certificate().Raw}))
}

// authorizations are the different values of the header that were seen.
func (f *forge) authorizations() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var all []string
	for _, value := range f.seen {
		if value != "" {
			all = append(all, value)
		}
	}
	return all
}

// wantsPassword makes the server ask for a user and a password.
func (f *forge) wantsPassword(username, password string) {
	f.guardBy(func(w http.ResponseWriter, r *http.Request) bool {
		u, p, _ := r.BasicAuth()
		if u == username && p == password {
			return false
		}
		w.Header().Set("WWW-Authenticate", `Basic realm="git"`)
		w.WriteHeader(http.StatusUnauthorized)
		return true
	})
}

// wantsHeader makes the server let nobody in without this header.
func (f *forge) wantsHeader(value string) {
	f.guardBy(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Header.Get("Authorization") == value {
			return false
		}
		w.Header().Set("WWW-Authenticate", `Basic realm="git"`)
		w.WriteHeader(http.StatusUnauthorized)
		return true
	})
}

// makeRepository makes DIR/NAME with a history: main has so many commits, there is a branch side, the tags v1 (annotated) and v2, and in each
// commit a file `number` with its number.
func makeRepository(t *testing.T, dir, name string, commits int) {
	t.Helper()
	path := filepath.Join(dir, name)
	require.NoError(t, os.MkdirAll(path, 0o755))
	runGit(t, path, "init", "-q", "--bare", "-b", "main", ".")
	importHistory(t, path, commits)
}

func importHistory(t *testing.T, path string, commits int) {
	t.Helper()
	var script strings.Builder
	for i := 1; i <= commits; i++ {
		text := strings.Repeat("x", i)
		script.WriteString("commit refs/heads/main\nmark :" + itoa(i) + "\ncommitter a <a@example.com> " + itoa(1700000000+i) + " +0000\ndata 1\nm\n")
		for _, file := range []string{"number", "docs/page", "tools/run"} {
			script.WriteString("M 100644 inline " + file + "\ndata " + itoa(len(text)) + "\n" + text + "\n")
		}
	}
	script.WriteString("reset refs/heads/side\nfrom :1\n\nreset refs/heads/feature/login\nfrom :1\n\nreset refs/pull/1/head\nfrom :1\n\n")
	script.WriteString("tag v1\nfrom :1\ntagger a <a@example.com> 1700000000 +0000\ndata 1\nt\nreset refs/tags/v2\nfrom :" + itoa(commits) + "\n\n")
	command := exec.Command("git", "fast-import", "--quiet")
	command.Dir, command.Stdin = path, strings.NewReader(script.String())
	out, err := command.CombinedOutput()
	require.NoErrorf(t, err, "%s", out)
}

// startDaemon serves the repositories in dir over git:// and returns the address before their paths.
func startDaemon(t *testing.T, dir string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	_, port, err := net.SplitHostPort(listener.Addr().String())
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	ctx, cancel := context.WithCancel(t.Context())
	// `git daemon` starts another process, which would outlive it: the whole group is ended.
	command := exec.CommandContext(ctx, "git", "daemon", "--listen=127.0.0.1", "--port="+port, "--base-path="+dir, "--export-all", "--reuseaddr")
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
	require.NoError(t, command.Start())
	t.Cleanup(func() { cancel(); _ = command.Wait() })
	address := "127.0.0.1:" + port
	require.Eventually(t, func() bool {
		connection, err := net.DialTimeout("tcp", address, time.Second)
		if err == nil {
			_ = connection.Close()
		}
		return err == nil
	}, 10*time.Second, 10*time.Millisecond, "git daemon does not listen at %s", address)
	return "git://" + address + "/"
}
