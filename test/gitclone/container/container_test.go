package container

import (
	"flag"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"orderly.dev/mutate/contract/clone"
)

var imageFlag = flag.String("image", "../../../bin/rootfs/gitclone", "the folder of the cloner's image")

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(Enter(m.Run))
}

// makePod returns a Pod whose cloner is a script.
func makePod(t *testing.T, script string) *Pod {
	t.Helper()
	dir, err := os.MkdirTemp("", "container") //nolint:usetesting // above that of the test is a folder that only root may enter
	require.NoError(t, err)
	require.NoError(t, os.Chmod(dir, 0o755))
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	cloner := filepath.Join(dir, "gitclone")
	require.NoError(t, os.WriteFile(cloner, []byte("#!/bin/sh\n"+script), 0o755))
	image, err := filepath.Abs(*imageFlag)
	require.NoError(t, err)
	u, err := clone.ParseURL("https://git.example.com/app.git")
	require.NoError(t, err)
	return &Pod{Image: Image{Root: image, Cloner: cloner, Hosts: "127.0.0.9 git.example.test\n"}, User: 65532, Dir: filepath.Join(dir, "pod"),
		Order:   clone.Order{Repositories: []clone.Repository{{URL: u, Path: "app"}}, Workspace: "/workspace", EnvPrefix: "ORDERLY_"},
		Secrets: map[string]map[string]string{"git": {"token": "secret-token"}}}
}

func run(t *testing.T, p *Pod) Result {
	t.Helper()
	r, err := p.Start()
	require.NoError(t, err)
	result := r.Wait()
	require.NoError(t, result.Err)
	return result
}

func TestTheClonerIsInAContainer(t *testing.T) {
	for _, tc := range []struct {
		name, script, want string
		code               int
	}{
		{name: "it is the first process", script: "echo $$", want: "1\n"},
		{name: "it has the Pod's user and no other group than root's", script: "sed -n 's/^[UG]id:\t//p; s/^Groups:\t//p' /proc/self/status", want: "65532\t65532\t65532\t65532\n0\t0\t0\t0\n \n"},
		{name: "it has no capability and gets none", script: "sed -n 's/^Cap\\(Eff\\|Bnd\\):\t//p; s/^NoNewPrivs:\t//p' /proc/self/status", want: "0000000000000000\n0000000000000000\n1\n"},
		{name: "its root cannot be written", script: "echo x 2>/dev/null >/tmp/x || echo x 2>/dev/null >/x || echo no", want: "no\n"},
		{name: "it reads Secrets and does not write them", script: "cd /builder/secrets/git && echo x 2>/dev/null >token || sed p -n token", want: "secret-token"},
		{name: "it writes its volumes", script: "echo a >/builder/trees/a; echo b >/builder/private/b; echo c >/builder/run/orderly-clone/env; sed -n p /builder/*/[ab] /builder/run/orderly-clone/env", want: "b\na\nc\n"},
		{name: "it is told the order only", script: `echo "$# ${1%%:*}"`, want: "1 {\"repositories\"\n"},
		{name: "it knows the hosts", script: "sed -n '$p' /etc/hosts", want: "127.0.0.9 git.example.test\n"},
		{name: "how it ends is told", script: "exit 7", code: 7},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			result := run(t, makePod(t, tc.script))
			require.Equal(t, tc.want, result.Log)
			require.Equal(t, tc.code, result.Code)
		})
	}
}

func TestTheMessageIsThatOfTheKubelet(t *testing.T) {
	for _, tc := range []struct{ name, script, want string }{
		{name: "nothing after success", script: "echo log", want: ""},
		{name: "the log after failure", script: "echo log; exit 1", want: "log\n"},
		{name: "what was written to the file", script: "echo log; echo word >/dev/termination-log; exit 1", want: "word\n"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tc.want, run(t, makePod(t, tc.script)).Message)
		})
	}
}

func TestVolumesOutliveTheCloner(t *testing.T) {
	p := makePod(t, "sed -n p /builder/trees/a 2>/dev/null; echo again >/builder/trees/a")
	require.Empty(t, run(t, p).Log)
	require.Equal(t, "again\n", run(t, p).Log)
}

func TestAWatcherFindsASecret(t *testing.T) {
	const wait = "read line </builder/trees/pipe"
	for _, tc := range []struct {
		name, script string
		want         []string
	}{
		{name: "in arguments", script: `/bin/sh -c '` + wait + `' x secret-token; exit 0`, want: []string{"cmdline of /bin/sh -c " + wait + " x secret-token"}},
		{name: "in the environment", script: `TOKEN=secret-token /bin/sh -c '` + wait + `'; exit 0`, want: []string{"environ of /bin/sh -c " + wait}},
		{name: "nowhere", script: `/bin/sh -c '` + wait + `'; exit 0`, want: nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			p := makePod(t, tc.script)
			requirePipe(t, p)
			r, err := p.Start()
			require.NoError(t, err)
			go release(r, filepath.Join(p.Trees(), "pipe"))
			seen := r.Watch([]string{"secret-token"})
			require.Equal(t, tc.want, seen.Found)
			require.Contains(t, seen.Commands[0], "/bin/sh -c "+wait)
			require.Zero(t, r.Wait().Code)
		})
	}
}

// requirePipe makes a pipe that the script waits for.
func requirePipe(t *testing.T, p *Pod) {
	t.Helper()
	require.NoError(t, p.volumes())
	pipe := filepath.Join(p.Trees(), "pipe")
	require.NoError(t, syscall.Mkfifo(pipe, 0o666))
	require.NoError(t, os.Chmod(pipe, 0o666))
}

// release writes into the pipe when the script's second process has been there for some looks of a watcher.
func release(r *Run, pipe string) {
	for looks := 0; looks < 20; {
		if len(descendants(r.Process())) == 2 {
			looks++
		}
		select {
		case <-r.Ended():
			return
		case <-time.After(time.Millisecond):
		}
	}
	_ = os.WriteFile(pipe, []byte("go\n"), 0o600) // a reader is there
}
