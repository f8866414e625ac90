package gitserver

import (
	"encoding/base64"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var accounts = Accounts{Alice: "a p@ss:w/o+r%d", Bob: "bob's", Token: "t0ken", Header: "Token abc"}

func TestAWebServesByDoorAndAccess(t *testing.T) {
	w, store, root := startTestWeb(t)
	tip, err := store.Commit("app.git", "main")
	require.NoError(t, err)
	trust := []string{"GIT_SSL_CAINFO=" + root}
	alice := "http.extraHeader=Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte("alice:"+accounts.Alice))
	for _, tc := range []struct {
		name        string
		address     string
		environment []string
		config      string
		want        string // part of the output; the commit where it is empty
	}{
		{name: "https by an intermediate", address: w.URL(Chain, Open, "app.git"), environment: trust},
		{name: "https by the root", address: w.URL(Direct, Open, "app.git"), environment: trust},
		{name: "https that nobody trusts", address: w.URL(Chain, Open, "app.git"), want: "certificate verification failed"},
		{name: "https without the intermediate", address: w.URL(NoIntermediate, Open, "app.git"), environment: trust, want: "certificate verification failed"},
		{name: "https that has expired", address: w.URL(Expired, Open, "app.git"), environment: trust, want: "certificate verification failed"},
		{name: "https of another host", address: w.URL(OtherName, Open, "app.git"), environment: trust, want: "does not match target host name"},
		{name: "http", address: w.URL(Plain, Open, "app.git")},
		{name: "http of an old server", address: w.URL(Plain, V0, "app.git")},
		{name: "http of files", address: w.URL(Plain, Dumb, "app.git")},
		{name: "a folder", address: w.URL(Plain, Open, "team/inner/app.git")},
		{name: "basic", address: w.URL(Plain, Basic, "app.git"), config: alice},
		{name: "basic of files", address: w.URL(Plain, DumbBasic, "app.git"), config: alice},
		{name: "basic of nobody", address: w.URL(Plain, Basic, "app.git"), want: "could not read Username"},
		{name: "basic of another user", address: w.URL(Plain, BasicBob, "app.git"), config: alice, want: "could not read Username"},
		{name: "bearer", address: w.URL(Plain, Bearer, "app.git"), config: "http.extraHeader=Authorization: Bearer t0ken"},
		{name: "bearer of somebody else", address: w.URL(Plain, Bearer, "app.git"), config: "http.extraHeader=Authorization: Bearer token", want: "could not read Username"},
		{name: "a scheme of its own", address: w.URL(Plain, Scheme, "app.git"), config: "http.extraHeader=Authorization: Token abc"},
		{name: "moved", address: w.URL(Plain, Moved, "app.git")},
		{name: "moved to another host", address: w.URL(Plain, Away, "app.git")},
		{name: "busy", address: w.URL(Plain, Busy, "app.git"), want: "The requested URL returned error: 503"},
		{name: "not there", address: w.URL(Plain, Open, "none.git"), want: "not found"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			output, err := gitAs(t, tc.environment, "-c", or(tc.config, "x.y=z"), "ls-remote", tc.address, "refs/heads/main")
			if tc.want != "" {
				require.Error(t, err)
				require.Contains(t, output, tc.want)
				return
			}
			require.NoError(t, err, output)
			require.Equal(t, tip+"\trefs/heads/main", lastLine(output))
		})
	}
}

func TestAWebSaysWhatItWasAsked(t *testing.T) {
	w, _, _ := startTestWeb(t)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.URL(Plain, Bearer, "app.git/info/refs?service=git-upload-pack"), nil)
	require.NoError(t, err)
	request.Header.Set("Authorization", "Bearer wrong")
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	requests, err := w.Requests()
	require.NoError(t, err)
	require.Equal(t, []Request{{Method: "GET", Path: "/bearer/app.git/info/refs", Authorization: "Bearer wrong", UserAgent: "Go-http-client/1.1"}}, requests)
}

func TestAWebHasLargeFiles(t *testing.T) {
	w, _, _ := startTestWeb(t)
	dir := filepath.Join(t.TempDir(), "large")
	output, err := gitAs(t, nil, "-c", "filter.lfs.process=git-lfs filter-process", "-c", "filter.lfs.smudge=git-lfs smudge -- %f", "clone",
		w.URL(Plain, Open, "lfs.git"), dir)
	require.NoError(t, err, output)
	content, err := os.ReadFile(filepath.Join(dir, "large.bin"))
	require.NoError(t, err)
	require.Equal(t, Large, string(content))
}

func TestADaemonServes(t *testing.T) {
	dir := readableDir(t)
	store, err := NewStore(dir)
	require.NoError(t, err)
	d, err := StartDaemon(DaemonOptions{Dir: filepath.Join(dir, "daemon"), Store: store})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, d.Close()) })
	tip, err := store.Commit("trunk.git", "trunk")
	require.NoError(t, err)
	output, err := gitAs(t, nil, "ls-remote", d.URL("trunk.git"), "HEAD")
	require.NoError(t, err, output)
	require.Equal(t, tip+"\tHEAD", lastLine(output))
}

func startTestWeb(t *testing.T) (w *Web, store *Store, root string) {
	t.Helper()
	dir := readableDir(t)
	store, err := NewStore(dir)
	require.NoError(t, err)
	authority, err := NewAuthority("test")
	require.NoError(t, err)
	start := func(name, address, elsewhere string) *Web {
		w, err := StartWeb(WebOptions{Dir: filepath.Join(dir, name), Address: address, Store: store, Authority: authority, Accounts: accounts, Elsewhere: elsewhere})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, w.Close()) })
		return w
	}
	other := start("other", "127.0.0.2", "")
	root = filepath.Join(dir, "ca.crt")
	require.NoError(t, os.WriteFile(root, authority.Root, 0o600))
	return start("web", "", other.Base(Plain)+"/open"), store, root
}

func lastLine(output string) string {
	lines := strings.Split(strings.TrimSpace(output), "\n")
	return lines[len(lines)-1]
}
