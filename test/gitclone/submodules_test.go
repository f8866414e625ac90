package gitclone

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"orderly.dev/mutate/contract/clone"
	"orderly.dev/test/gitserver"
)

func withSubmodules(r *clone.Repository) { r.Submodules = true }

func TestSubmodulesComeWithTheCredentialsOfTheirHost(t *testing.T) {
	t.Parallel()
	https := func(repository string) string { return servers.git.URL(gitserver.Chain, gitserver.Basic, repository) }
	for _, tc := range []struct {
		name, url string
		secret    data
		depth     int
		want      string // a file of the innermost
	}{
		{name: "relative addresses over https", url: https("super.git"), secret: alice().with(authority()), depth: 1, want: "libs/inner/deep/README.md"},
		{name: "relative addresses over https, whole histories", url: https("super.git"), secret: alice().with(authority()), want: "libs/inner/deep/README.md"},
		{name: "relative addresses over https, with a token", url: servers.git.URL(gitserver.Chain, gitserver.Bearer, "super.git"), secret: bearer().with(authority()), depth: 1, want: "libs/inner/deep/README.md"},
		{name: "relative addresses over ssh", url: servers.ssh.ShortURL("git", "super.git"), secret: known(servers.ssh), depth: 1, want: "libs/inner/deep/README.md"},
		{name: "relative addresses over ssh://", url: servers.ssh.URL("git", "super.git"), secret: known(servers.ssh), depth: 1, want: "libs/inner/deep/README.md"},
		{name: "relative addresses over git", url: servers.daemon.URL("super.git"), depth: 1, want: "libs/inner/deep/README.md"},
		{name: "relative addresses over dumb http", url: servers.git.URL(gitserver.Plain, gitserver.Dumb, "super.git"), depth: 1, want: "libs/inner/deep/README.md"},
		{name: "relative addresses on an old server", url: servers.git.URL(gitserver.Plain, gitserver.V0, "super.git"), depth: 1, want: "libs/inner/deep/README.md"},
		{name: "another address of the same host", url: https("absolute.git"), secret: alice().with(authority()), depth: 1, want: "libs/deep/README.md"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			p := makePod(t, wish{url: tc.url, secret: tc.secret, depth: tc.depth, more: withSubmodules})
			succeed(t, p)
			dir := filepath.Join(p.Tree(), "app")
			require.Equal(t, "version 2\n", readFiles(t, dir)[tc.want])
			require.Empty(t, gitIn(t, dir, "status", "--porcelain", "--untracked-files=all"))
			require.NotContains(t, gitInAll(t, dir, "submodule", "status", "--recursive"), "-", "a submodule is not there")
		})
	}
}

// gitInAll is gitIn where every folder is safe.
func gitInAll(t *testing.T, dir string, args ...string) string {
	t.Helper()
	return gitIn(t, dir, append([]string{"-c", "safe.directory=*"}, args...)...)
}

func TestCredentialsDoNotLeaveTheirHost(t *testing.T) {
	t.Parallel()
	https := func(a gitserver.Access, repository string) string {
		return servers.git.URL(gitserver.Chain, a, repository)
	}
	users := alice().with(authority())
	tokens := bearer().with(authority())
	for _, tc := range []struct {
		name, url string
		secret    data
		hostKeys  clone.HostKeys
		want      string // all that the user gets to read; empty when it is cloned
	}{
		{name: "an open submodule elsewhere, with a password", url: https(gitserver.Basic, "elsewhere.git"), secret: users},
		{name: "an open submodule at another port, which the same authority signed", url: https(gitserver.Basic, "other-port.git"), secret: users},
		{name: "a private submodule at another port", url: https(gitserver.Basic, "other-port-private.git"), secret: users, want: `cloning {url} to app: …could not read Username for '{port}'…`},
		{name: "an open submodule elsewhere, with a token", url: https(gitserver.Bearer, "elsewhere.git"), secret: tokens},
		{name: "a private submodule elsewhere, with a password", url: https(gitserver.Basic, "elsewhere-private.git"), secret: users, want: `cloning {url} to app: …could not read Username for '{other}'…`},
		{name: "a private submodule elsewhere, with a token", url: https(gitserver.Bearer, "elsewhere-private.git"), secret: tokens, want: `cloning {url} to app: …could not read Username for '{other}'…`},
		{name: "a submodule elsewhere over ssh", url: servers.ssh.ShortURL("git", "elsewhere-ssh.git"), secret: known(servers.ssh), want: `cloning {url} to app: …Host key verification failed.…git@witness.example.test:libs/deep.git…`},
		{name: "a submodule elsewhere over ssh, whoever the host is", url: servers.ssh.ShortURL("git", "elsewhere-ssh.git"), secret: known(servers.ssh),
			hostKeys: clone.AcceptNewHostKeys, want: `cloning {url} to app: …git@witness.example.test: Permission denied (publickey).…`},
		{name: "a redirect on the host, with a password", url: https(gitserver.MovedBasic, "app.git"), secret: users},
		{name: "a redirect on the host, with a token", url: https(gitserver.Moved, "app.git"), secret: tokens,
			want: "cloning {url} to app: the server redirects to another address; git said: …returned error: 302; write the address that it redirects to: …"},
		{name: "a redirect to another host, with a password", url: https(gitserver.Away, "app.git"), secret: users, want: `cloning {url} to app: …could not read Username for '{other}'…`},
		{name: "a redirect to another host, with a token", url: https(gitserver.Away, "app.git"), secret: tokens, want: "cloning {url} to app: the server redirects to another address; git said: fatal: unable to access '{url}/': The requested URL returned error: 302; write the address that it redirects to: credentials are sent to no other than the one that is written"},
		{name: "a redirect to another host, with nothing", url: https(gitserver.Away, "app.git"), secret: authority(), want: `cloning {url} to app: …could not read Username for '{other}'…`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			p := makePod(t, wish{url: tc.url, secret: tc.secret, depth: 1, more: withSubmodules})
			p.Order.HostKeys = tc.hostKeys
			if tc.want == "" {
				succeed(t, p)
			} else {
				requireSentence(t, sentence(tc.want, tc.url), settle(fail(t, p)))
			}
			requireNothingSent(t)
		})
	}
}

// requireNothingSent proves that the hosts that nobody has credentials for never saw any.
func requireNothingSent(t *testing.T) {
	t.Helper()
	requests, err := servers.other.Requests()
	require.NoError(t, err)
	for _, r := range requests {
		require.Empty(t, r.Authorization, r)
	}
	require.NotContains(t, servers.witness.Log(), "publickey", "a key was offered")
}

func TestSubmodulesCannotDoHarm(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, repository, want string }{
		{name: "an address that is a command", repository: "ext.git", want: `cloning {url} to app: a submodule has an address that is not allowed; git said: fatal: transport 'ext' not allowed | fatal: clone of 'ext::sh -c touch% /builder/trees/broken' into submodule path '{tree}/libs/deep' failed | Failed to clone 'libs/deep' a second time, aborting; only https, http, ssh and git are possible, for submodules too`},
		{name: "an address that is a file", repository: "file.git", want: `cloning {url} to app: a submodule has an address that is not allowed; git said: fatal: transport 'file' not allowed | fatal: clone of 'file://{store}/libs/deep.git' into submodule path '{tree}/libs/deep' failed | Failed to clone 'libs/deep' a second time, aborting; only https, http, ssh and git are possible, for submodules too`},
		{name: "an address that is a path", repository: "path.git", want: `cloning {url} to app: a submodule has an address that is not allowed; git said: fatal: transport 'file' not allowed | fatal: clone of '{store}/libs/deep.git' into submodule path '{tree}/libs/deep' failed | Failed to clone 'libs/deep' a second time, aborting; only https, http, ssh and git are possible, for submodules too`},
		{name: "an address that is an option", repository: "option.git", want: `cloning {url} to app: git submodule exited 128; git said: warning: ignoring 'submodule.module.url' which may be interpreted as a command-line option: --upload-pack=touch /builder/trees/broken | fatal: No url found for submodule path 'libs/deep' in .gitmodules`},
		{name: "a name that leaves the folder of modules", repository: "name.git", want: `cloning {url} to app: git submodule exited 128; git said: warning: ignoring suspicious submodule name: ../../broken | warning: ignoring suspicious submodule name: ../../broken | fatal: No url found for submodule path 'libs/deep' in .gitmodules`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			address := public(tc.repository)
			p := makePod(t, wish{url: address, depth: 1, more: withSubmodules})
			p.Image.Programs = map[string]string{servers.store.Dir: servers.store.Dir} // so that there is something to be had
			message := fail(t, p)
			requireSentence(t, sentence(tc.want, address), settle(message))
			require.NoFileExists(t, filepath.Join(p.Trees(), "broken"))
		})
	}
}

func TestASubmoduleOutsideIsNotThere(t *testing.T) {
	t.Parallel()
	p := makePod(t, wish{url: public("dots.git"), depth: 1, more: withSubmodules})
	succeed(t, p)
	require.Equal(t, []string{".gitmodules", "README.md"}, names(readFiles(t, filepath.Join(p.Tree(), "app"))))
	require.NoDirExists(t, filepath.Join(p.Tree(), "outside"))
}

func TestSubmodulesStayAwayWhereNobodyAskedForThem(t *testing.T) {
	t.Parallel()
	p := makePod(t, wish{url: public("super.git"), depth: 1})
	succeed(t, p)
	require.Equal(t, []string{".gitmodules", "README.md"}, names(readFiles(t, filepath.Join(p.Tree(), "app"))))
}
