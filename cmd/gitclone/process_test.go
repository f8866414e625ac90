package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// bareGit runs git in a directory with nothing around it.
func bareGit(t *testing.T) git {
	t.Helper()
	return git{environment: []string{"PATH=" + os.Getenv("PATH"), "HOME=/nonexistent"}, dir: t.TempDir(), silence: time.Minute, hide: unhidden, tell: func(string) {}}
}

func TestNothingThatGitStartedIsLeft(t *testing.T) {
	adopt(t)
	g := bareGit(t)
	_, err := g.run(t.Context(), offline("-c", "alias.leave=!(sleep 1000 >/dev/null 2>&1 &) ; (sleep 1000 &) ; true", "leave"))
	require.NoError(t, err)
	require.Empty(t, processesIn(t, g.dir))
	require.Empty(t, zombies(t))
}

// adopt makes this process the one that inherits orphans, as the first one of a container is: PR_SET_CHILD_SUBREAPER of prctl(2).
func adopt(t *testing.T) {
	t.Helper()
	const setChildSubreaper = 36
	set := func(value uintptr) {
		_, _, errno := syscall.RawSyscall(syscall.SYS_PRCTL, setChildSubreaper, value, 0)
		require.Zero(t, errno)
	}
	set(1)
	t.Cleanup(func() { set(0) })
}

// zombies are children of this process that have ended and that nobody has collected.
func zombies(t *testing.T) []string {
	t.Helper()
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	require.NoError(t, err)
	var found []string
	for _, name := range stats {
		text, err := os.ReadFile(name)
		if err != nil {
			continue
		}
		fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
		if fields[0] == "Z" && fields[1] == strconv.Itoa(os.Getpid()) {
			found = append(found, string(text))
		}
	}
	return found
}

func TestWhatKilledGitIsSaid(t *testing.T) {
	g := bareGit(t)
	_, err := g.run(t.Context(), offline("-c", "alias.die=!kill -9 $PPID", "die"))
	require.EqualError(t, err, "git -c was killed by signal 9 (killed)")
	require.Contains(t, sentence(entry(t, "https://git.example.com/app.git"), err), "the container's memory limit may be too low")
	_, err = g.run(t.Context(), offline("-c", "alias.fail=!echo a line >&2; exit 3", "fail"))
	require.EqualError(t, err, "git -c exited 3; git said: a line")
}

func TestNoSecretIsInAnArgumentOrTheEnvironment(t *testing.T) {
	dir, _ := newServer(t)
	for _, values := range []map[string]string{
		{"username": "me", "password": "p4ssw0rd-of-mine"},
		{"token": "p4ssw0rd-of-mine"},
	} {
		f := newForge(t, dir, plainly)
		taken := f.stalling()
		p := newPod(t)
		p.addSecret(t, "creds", values)
		command := p.command(orderOf(entry(t, f.URL+"/app.git", withSecret("creds"))))
		require.NoError(t, command.Start())
		require.Eventually(t, func() bool { return taken.Load() > 0 }, 10*time.Second, time.Millisecond, "git does not ask")
		found := processesIn(t, p.root)
		require.NotEmpty(t, found)
		for _, link := range append(found, "/proc/"+strconv.Itoa(command.Process.Pid)+"/cwd") {
			for _, name := range []string{"cmdline", "environ"} {
				text := p.read(filepath.Join(filepath.Dir(link), name))
				require.NotEmpty(t, text)
				require.NotContains(t, text, "p4ssw0rd")
			}
		}
		requirePrivate(t, p)
		require.NoError(t, command.Process.Signal(syscall.SIGTERM))
		_ = command.Wait()
		p.requireNoLeftovers(t)
	}
}

// requirePrivate requires that nobody else can read what lies in memory.
func requirePrivate(t *testing.T, p pod) {
	t.Helper()
	files := 0
	require.NoError(t, filepath.WalkDir(p.at.private, func(name string, entry fs.DirEntry, err error) error {
		require.NoError(t, err)
		info, err := entry.Info()
		require.NoError(t, err)
		switch {
		case name == p.at.private, name == p.at.passwd:
		case entry.IsDir():
			require.Equalf(t, fs.FileMode(0o700), info.Mode().Perm(), "mode of %s", name)
		default:
			files++
			require.Equalf(t, fs.FileMode(0o600), info.Mode().Perm(), "mode of %s", name)
		}
		return nil
	}))
	require.Positive(t, files)
}

func TestEverybodyMayWriteIntoTheTree(t *testing.T) {
	_, url := newServer(t)
	p, o := newPod(t), orderOf(entry(t, url+"app.git", at("libs/app")))
	p.clone(t, o).sources(t, o)
	seen := 0
	require.NoError(t, filepath.WalkDir(p.at.tree, func(name string, entry fs.DirEntry, err error) error {
		require.NoError(t, err)
		info, err := entry.Info()
		require.NoError(t, err)
		seen++
		switch inObjects := strings.Contains(name, "/.git/objects/"); {
		case entry.IsDir():
			require.Equalf(t, fs.FileMode(0o777), info.Mode().Perm(), "mode of %s", name)
		case !inObjects: // git writes an object once, and nobody may change it
			require.Equalf(t, fs.FileMode(0o666), info.Mode().Perm()&^0o111, "mode of %s", name)
		}
		return nil
	}))
	require.Greater(t, seen, 10)
	info, err := os.Stat(p.at.env)
	require.NoError(t, err)
	require.Equal(t, fs.FileMode(0o644), info.Mode().Perm(), "the steps read it, and only the cloner writes it")
}

func TestAnOrderThatIsWrong(t *testing.T) {
	for _, text := range []string{"", "{}", `{"repositories":[{"url":"ext::sh -c date","path":"x"}],"workspace":"/workspace","envPrefix":"ORDERLY_"}`,
		`{"repositories":[{"url":"https://h/x","path":"../x"}],"workspace":"/workspace","envPrefix":"ORDERLY_"}`} {
		p := newPod(t)
		command := p.command(orderOf())
		command.Args[3] = text
		out, _ := command.CombinedOutput()
		require.Equal(t, 125, command.ProcessState.ExitCode(), string(out))
		require.Regexp(t, `^gitclone: `, string(out))
	}
}

func TestWhatGitSaysWheneverSSHHasFailedIsLeftOut(t *testing.T) {
	usual := []string{"fatal: Could not read from remote repository.", "", "Please make sure you have the correct access rights", "and the repository exists."}

	require.Equal(t, []string{"git@git.example.com: Permission denied (publickey)."}, tail(slices.Concat([]string{"git@git.example.com: Permission denied (publickey)."}, usual)))
	require.Len(t, tail(usual), 3, "unless there is nothing else")
}
