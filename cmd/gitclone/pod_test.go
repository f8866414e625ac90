package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"orderly.dev/mutate/contract/clone"
)

// pod is a directory that stands for the root of the cloner's container.
type pod struct {
	root string
	at   layout
}

func newPod(t *testing.T) pod {
	t.Helper()
	root := t.TempDir()
	p := pod{root, layoutBelow(root)}
	for _, directory := range []string{filepath.Dir(p.at.tree), p.at.private, p.at.secrets, filepath.Dir(p.at.env), filepath.Dir(p.at.termination)} {
		require.NoError(t, os.MkdirAll(directory, 0o777))
	}
	return p
}

// addSecret mounts a Secret.
func (p pod) addSecret(t *testing.T, name string, values map[string]string) {
	t.Helper()
	directory := filepath.Join(p.at.secrets, name)
	require.NoError(t, os.MkdirAll(directory, 0o755))
	for key, value := range values {
		require.NoError(t, os.WriteFile(filepath.Join(directory, key), []byte(value), 0o444))
	}
}

// ran is what a run of the cloner left.
type ran struct {
	code         int
	log, message string
}

// clone runs the cloner for an order.
func (p pod) clone(t *testing.T, o clone.Order) ran {
	t.Helper()
	command := p.command(o)
	var log bytes.Buffer
	command.Stderr, command.Stdout = &log, &log
	require.NoError(t, command.Start())
	_ = command.Wait()
	return ran{command.ProcessState.ExitCode(), log.String(), p.read(p.at.termination)}
}

func (p pod) command(o clone.Order) *exec.Cmd {
	return exec.Command(clonerBinary, "-root", p.root, o.Encode())
}

// read is a file's content, empty where there is none.
func (p pod) read(name string) string {
	content, _ := os.ReadFile(name)
	return string(content)
}

// file is what a step finds at a path of the workspace.
func (p pod) file(path string) string { return p.read(filepath.Join(p.at.tree, path)) }

// git runs git in a directory of the workspace, as a step would, and returns what it prints.
func (p pod) git(t *testing.T, path string, args ...string) string {
	t.Helper()
	return runGit(t, filepath.Join(p.at.tree, path), args...)
}

// runGit runs git without anybody's configuration.
func runGit(t *testing.T, dir string, args ...string) string {
	t.Helper()
	command := exec.Command("git", append([]string{"-c", "safe.directory=*", "-c", "protocol.file.allow=always"}, args...)...)
	command.Dir = dir
	command.Env = append(os.Environ(), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "LC_ALL=C",
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com",
		"GIT_AUTHOR_DATE=2026-01-01T00:00:00Z", "GIT_COMMITTER_DATE=2026-01-01T00:00:00Z")
	out, err := command.CombinedOutput()
	require.NoErrorf(t, err, "git %s: %s", strings.Join(args, " "), out)
	return strings.TrimSpace(string(out))
}

// entry is a repository of an order as a user writes it: `url`, then pairs of key and value.
func entry(t *testing.T, url string, change ...func(*clone.Repository)) clone.Repository {
	t.Helper()
	u, err := clone.ParseURL(url)
	require.NoError(t, err)
	r := clone.Repository{URL: u, Path: clone.Path(u.Name()), Depth: 1}
	for _, c := range change {
		c(&r)
	}
	return r
}

func at(path clone.Path) func(*clone.Repository) { return func(r *clone.Repository) { r.Path = path } }
func withSecret(name string) func(*clone.Repository) {
	return func(r *clone.Repository) { r.Secret = name }
}
func withDepth(n int) func(*clone.Repository) { return func(r *clone.Repository) { r.Depth = n } }
func withSubmodules(r *clone.Repository)      { r.Submodules = true }
func withoutGit(r *clone.Repository)          { r.RemoveGit = true }
func sparsely(dirs ...string) func(*clone.Repository) {
	return func(r *clone.Repository) { r.Sparse = dirs }
}
func ref(text string) func(*clone.Repository) {
	return func(r *clone.Repository) {
		parsed, err := clone.ParseRef(text)
		if err != nil {
			panic(err)
		}
		r.Ref = parsed
	}
}

func orderOf(repositories ...clone.Repository) clone.Order {
	return clone.Order{Repositories: repositories, Workspace: "/workspace", EnvPrefix: "ORDERLY_"}
}

// sources are what the termination message reports.
func (r ran) sources(t *testing.T, o clone.Order) []clone.Source {
	t.Helper()
	require.Zerof(t, r.code, "the cloner failed:\n%s", r.log)
	report, ok := o.DecodeReport(r.message)
	require.Truef(t, ok, "no report: %q", r.message)
	return report.Sources
}

// requireEmpty requires that nothing half done is left.
func (p pod) requireNoLeftovers(t *testing.T) {
	t.Helper()
	for _, directory := range []string{p.at.part, p.at.private} {
		entries, err := os.ReadDir(directory)
		require.NoError(t, err)
		for _, e := range entries {
			require.Equalf(t, filepath.Base(p.at.passwd), e.Name(), "left in %s", directory)
		}
	}
}

// decodeRecord is a record as it stands in the state.
func (p pod) decodeRecord(t *testing.T, index int) record {
	t.Helper()
	var r record
	require.NoError(t, json.Unmarshal([]byte(p.read(p.at.recordFile(index))), &r))
	return r
}
