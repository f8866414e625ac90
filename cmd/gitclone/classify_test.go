package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"orderly.dev/mutate/contract/clone"
)

func TestWhatGitSaysIsUnderstood(t *testing.T) {
	for _, tc := range []struct {
		name, said string
		want       kind
	}{
		{"a wrong password", "remote: HTTP Basic: Access denied\nfatal: Authentication failed for 'https://git.example.com/app.git/'", authRefused},
		{"a user who may not", "fatal: unable to access 'https://git.example.com/app.git/': The requested URL returned error: 403", authRefused},
		{"a wrong key", "git@git.example.com: Permission denied (publickey,password).\nfatal: Could not read from remote repository.", authRefused},
		{"a right key that may not", "FATAL: R any app me DENIED by fallthru (or you mis-spelled the reponame)\nfatal: Could not read from remote repository.", authRefused},
		{"no password", "fatal: could not read Username for 'https://git.example.com': terminal prompts disabled", authMissing},
		{"an unknown host", "No ED25519 host key is known for git.example.com and you have requested strict checking.\nHost key verification failed.\nfatal: Could not read from remote repository.", hostKeyUnknown},
		{"a changed host", "@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\nHost key verification failed.\nfatal: Could not read from remote repository.", hostKeyChanged},
		{"a broken key", "Load key \"/builder/private/0/key\": error in libcrypto\ngit@h: Permission denied (publickey).", keyUnusable},
		{"an older ssh's broken key", "Load key \"/builder/private/0/key\": invalid format\ngit@h: Permission denied (publickey).", keyUnusable},
		{"no repository, https", "remote: Not Found\nfatal: repository 'https://git.example.com/none.git/' not found", repositoryGone},
		{"no repository, a forge's ssh", "ERROR: Repository not found.\nfatal: Could not read from remote repository.", repositoryGone},
		{"no repository, ssh", "fatal: '/srv/none.git' does not appear to be a git repository\nfatal: Could not read from remote repository.", repositoryGone},
		{"no repository, git", "fatal: remote error: access denied or repository not exported: /none.git", repositoryGone},
		{"a web page", "fatal: https://git.example.com/x/info/refs not valid: is this a git repository?", repositoryGone},
		{"a ref that went", "fatal: couldn't find remote ref refs/heads/gone", refGone},
		{"a commit that is not there", "fatal: remote error: upload-pack: not our ref 1111111111111111111111111111111111111111", commitGone},
		{"a commit that is not there, dumb", "error: Unable to find 1 under http://h/app.git\nCannot obtain needed object 1\nerror: fetch failed.", commitGone},
		{"a commit that is no tip", "error: Server does not allow request for unadvertised object 1111111111111111111111111111111111111111", notAdvertised},
		{"a commit that is no tip, JGit", "fatal: remote error: want 1111111111111111111111111111111111111111 not valid", notAdvertised},
		{"a submodule that is no tip", "error: Server does not allow request for unadvertised object 1\nfatal: Fetched in submodule path 'lib', but it did not contain 1. Direct fetching of that commit failed.", notAdvertised},
		{"no depth", "fatal: dumb http transport does not support shallow capabilities", onlyWhole},
		{"GnuTLS, not trusted", "fatal: unable to access 'https://h/': server certificate verification failed. CAfile: none CRLfile: none", certUntrusted},
		{"OpenSSL, not trusted", "fatal: unable to access 'https://h/': SSL certificate problem: unable to get local issuer certificate", certUntrusted},
		{"OpenSSL, expired", "fatal: unable to access 'https://h/': SSL certificate problem: certificate has expired", certExpired},
		{"GnuTLS, another host", "fatal: unable to access 'https://h/': SSL: certificate subject name (x) does not match target host name 'h'", certForeign},
		{"OpenSSL, another host", "fatal: unable to access 'https://h/': SSL: no alternative certificate subject name matches target host name 'h'", certForeign},
		{"a redirect", "fatal: unable to access 'https://h/': The requested URL returned error: 301", redirected},
		{"a name that is not known", "fatal: unable to access 'https://h/': Could not resolve host: h", network},
		{"a name that ssh does not know", "ssh: Could not resolve hostname h: Name or service not known\nfatal: Could not read from remote repository.", network},
		{"nobody listens, https", "fatal: unable to access 'https://h/': Failed to connect to h port 443 after 0 ms: Couldn't connect to server", network},
		{"nobody listens, ssh", "ssh: connect to host h port 22: Connection refused\nfatal: Could not read from remote repository.", network},
		{"nobody listens, git", "fatal: unable to connect to h:\nh[0: 127.0.0.1]: errno=Connection refused", network},
		{"a connection that breaks", "error: RPC failed; curl 18 transfer closed with outstanding read data remaining\nfatal: early EOF\nfatal: fetch-pack: invalid index-pack output", network},
		{"a server in trouble", "fatal: unable to access 'https://h/': The requested URL returned error: 503", network},
		{"a server that has enough", "fatal: unable to access 'https://h/': The requested URL returned error: 429", network},
		{"a server that says nothing", "fatal: unable to access 'https://h/': Operation too slow. Less than 1 bytes/sec transferred the last 120 seconds", network},
		{"a full disk", "fatal: write error: No space left on device\nfatal: early EOF", diskFull},
		{"a file that may not be written", "error: unable to create file x: Permission denied", notPermitted},
		{"a scheme", "fatal: transport 'ext' not allowed", schemeRefused},
		{"anything else", "fatal: the cat is on the keyboard", other},
		{"nothing", "", other},
	} {
		t.Run(tc.name, func(t *testing.T) {
			require.Equal(t, tc.want, classify(tc.said))
		})
	}
}

func TestOnlyWhatMayGoAwayIsTriedAgain(t *testing.T) {
	for k := fine; k <= stopped; k++ {
		require.Equal(t, k == network || k == silent, k.passes())
	}
}

func TestEveryKindOfFailureHasATitle(t *testing.T) {
	for k := other; k <= stopped; k++ {
		if k != wrongSecret && k != occupied { // they say it themselves
			require.NotEmptyf(t, titles[k], "kind %d", k)
		}
	}
}

func TestWhoCanDoSomethingIsToldWhat(t *testing.T) {
	u, err := clone.ParseURL("ssh://git@git.example.com:2222/app.git")
	require.NoError(t, err)
	r := clone.Repository{URL: u, Secret: "creds"}
	for _, k := range []kind{authRefused, authMissing, hostKeyUnknown, hostKeyChanged, keyUnusable, repositoryGone, repositoryEmpty, refGone, commitGone,
		certUntrusted, certExpired, certForeign, redirected, schemeRefused, network, silent, diskFull} {
		require.NotEmptyf(t, advice(k, r), "kind %d", k)
	}
	require.Contains(t, advice(hostKeyUnknown, r), `known_hosts in Secret "creds" (ssh-keyscan -p 2222 git.example.com, `)
	require.Empty(t, advice(other, r))
}
