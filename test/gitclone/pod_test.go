package gitclone

import (
	"encoding/base64"
	"maps"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"orderly.dev/mutate/contract/clone"
	"orderly.dev/test/gitclone/container"
)

// patience bounds one run of the cloner.
const patience = 60 * time.Second

// defaultUser is who the cloner is where a Pod names nobody.
const defaultUser = 65532

// data is the content of a Secret.
type data map[string]string

// with is the data and more.
func (d data) with(more data) data {
	all := maps.Clone(d)
	maps.Copy(all, more)
	return all
}

// want is one repository that is asked for, as annotations name it.
type wish struct {
	url, ref string
	exact    clone.RefKind // of ref, where it is not to be guessed
	path     string        // default app
	secret   data
	depth    int
	more     func(*clone.Repository)
}

// makePod returns a Pod that asks for the repositories, with a Secret for each that has one, and in the default user's name.
func makePod(t *testing.T, wishes ...wish) *container.Pod {
	t.Helper()
	p := &container.Pod{
		Image: container.Image{Root: image, Authorities: servers.authority.Root, Hosts: hosts},
		Order: clone.Order{Workspace: "/workspace", EnvPrefix: "ORDERLY_"}, User: defaultUser, Secrets: map[string]map[string]string{}, Dir: newDir(t),
	}
	for i, w := range wishes {
		r := w.repository(t)
		if w.secret != nil {
			r.Secret = "secret-" + string(rune('a'+i))
			p.Secrets[r.Secret] = w.secret
		}
		p.Order.Repositories = append(p.Order.Repositories, r)
	}
	return p
}

func (w wish) repository(t *testing.T) clone.Repository {
	t.Helper()
	var r clone.Repository
	var err error
	r.URL, err = clone.ParseURL(w.url)
	require.NoError(t, err)
	switch {
	case w.exact != "":
		r.Ref, err = clone.NewRef(w.exact, w.ref)
	case w.ref != "":
		r.Ref, err = clone.ParseRef(w.ref)
	}
	require.NoError(t, err)
	r.Path, r.Depth = "app", w.depth
	if w.path != "" {
		r.Path, err = clone.ParsePath(w.path)
		require.NoError(t, err)
	}
	if w.more != nil {
		w.more(&r)
	}
	return r
}

// newDir returns a new folder that every user can read.
func newDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp(scratch, "pod") //nolint:usetesting // above that of the test is a folder that only root may enter
	require.NoError(t, err)
	require.NoError(t, os.Chmod(dir, 0o755))
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	return dir
}

// run runs the cloner to its end, and proves that nobody saw a secret of the Pod.
func run(t *testing.T, p *container.Pod) container.Result {
	t.Helper()
	r := start(t, p)
	secrets := forms(p.Secrets)
	seen := r.Watch(secrets)
	require.Empty(t, seen.Found, "a secret was in the process table")
	result := r.Wait()
	// What ends at once, because its Secret is of no use, may not have been seen at all.
	require.True(t, len(seen.Commands) > 1 || result.Code != 0 || isComplete(result), "git was never seen: %v", seen.Commands)
	require.NoError(t, result.Err, result.Log)
	requireUnsaid(t, p, result, secrets)
	return result
}

// start starts the cloner, which is ended when it takes too long.
func start(t *testing.T, p *container.Pod) *container.Run {
	t.Helper()
	r, err := p.Start()
	require.NoError(t, err)
	timer := time.AfterFunc(patience, func() { _ = r.Kill() })
	t.Cleanup(func() {
		timer.Stop()
		_ = r.Kill() // it has ended, if the test went well
		r.Wait()
	})
	return r
}

// succeed runs the cloner, which must go well, and returns what it reports.
func succeed(t *testing.T, p *container.Pod) []clone.Source {
	t.Helper()
	result := run(t, p)
	require.Zero(t, result.Code, result.Log)
	report, found := p.Order.DecodeReport(result.Message)
	require.True(t, found, "no report: %q", result.Message)
	requireEnv(t, p, report.Sources)
	requireNothingLeft(t, p)
	return report.Sources
}

// fail runs the cloner, which must fail, and returns what the user gets to read.
func fail(t *testing.T, p *container.Pod) string {
	t.Helper()
	result := run(t, p)
	require.Equal(t, 1, result.Code, result.Log)
	entries, err := os.ReadDir(p.Tree())
	if !os.IsNotExist(err) {
		require.NoError(t, err)
	}
	require.Empty(t, entries, "something is in the workspace")
	return strings.TrimSpace(result.Message)
}

// pair is a user and a password as they stand behind "Basic ".
func pair(user, password string) string {
	return base64.StdEncoding.EncodeToString([]byte(user + ":" + password))
}

// broken is a private key with some letters in the wrong places.
func broken(key string) string {
	lines := strings.Split(key, "\n")
	lines[2], lines[3] = lines[3], lines[2]
	return strings.Join(lines, "\n")
}

// isComplete reports whether there was nothing to do for git.
func isComplete(r container.Result) bool { return !strings.Contains(r.Log, ": cloning ") }

// changing are parts of a text that differ from run to run: where a tree is made, how many milliseconds something took, how much was left.
var changing = regexp.MustCompile(`/builder/trees/part/[^/]+/tree|after \d+ ms|\d+ bytes of body`)

// settle replaces them, and the folder of the servers' repositories.
func settle(text string) string {
	text = changing.ReplaceAllStringFunc(text, func(part string) string {
		switch {
		case strings.HasPrefix(part, "/"):
			return "{tree}"
		default:
			return regexp.MustCompile(`\d+`).ReplaceAllString(part, "{n}")
		}
	})
	return strings.ReplaceAll(text, servers.store.Dir, "{store}")
}
