package gitserver

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAnSSHServesThoseItKnows(t *testing.T) {
	dir := readableDir(t)
	store, err := NewStore(dir)
	require.NoError(t, err)
	known := newTestKey(t, "ed25519", "")
	s := startTestSSH(t, SSHOptions{Dir: filepath.Join(dir, "ssh"), Store: store, Authorized: []string{known.Public}})
	other := startTestSSH(t, SSHOptions{Dir: filepath.Join(dir, "other"), Store: store})
	tip, err := store.Commit("app.git", "main")
	require.NoError(t, err)
	for _, tc := range []struct {
		name       string
		user       string
		key        Key
		knownHosts string
		want       string // part of the output; the commit where it is empty
	}{
		{name: "a key it knows", user: "git", key: known, knownHosts: s.KnownHosts()},
		{name: "a key it does not know", user: "git", key: newTestKey(t, "rsa", ""), knownHosts: s.KnownHosts(), want: "git@127.0.0.1: Permission denied (publickey)."},
		{name: "a user it does not know", user: "nobody", key: known, knownHosts: s.KnownHosts(), want: "nobody@127.0.0.1: Permission denied (publickey)."},
		{name: "a host that the user does not know", user: "git", key: known, want: "Host key verification failed."},
		{name: "a host that has changed", user: "git", key: known, knownHosts: "[127.0.0.1]:" + s.options.Port + " " + other.Keys[0] + "\n", want: "REMOTE HOST IDENTIFICATION HAS CHANGED!"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			private, hosts := filepath.Join(t.TempDir(), "key"), filepath.Join(t.TempDir(), "known_hosts")
			require.NoError(t, os.WriteFile(private, []byte(tc.key.Private), 0o600))
			require.NoError(t, os.WriteFile(hosts, []byte(tc.knownHosts), 0o600))
			output, err := gitAs(t, []string{"GIT_SSH_COMMAND=ssh -F none -o BatchMode=yes -o IdentitiesOnly=yes -o UserKnownHostsFile=" + hosts + " -i " + private},
				"ls-remote", s.URL(tc.user, "app.git"), "refs/heads/main")
			if tc.want != "" {
				require.Error(t, err)
				require.Contains(t, output, tc.want)
				return
			}
			require.NoError(t, err, output)
			require.Equal(t, tip+"\trefs/heads/main", lastLine(output))
			require.Contains(t, s.Log(), "Accepted publickey for git from 127.0.0.1")
		})
	}
}

func startTestSSH(t *testing.T, o SSHOptions) *SSH {
	t.Helper()
	s, err := StartSSH(o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

func newTestKey(t *testing.T, kind, passphrase string) Key {
	t.Helper()
	key, err := NewKey(filepath.Join(t.TempDir(), "id"), kind, passphrase)
	require.NoError(t, err)
	return key
}
