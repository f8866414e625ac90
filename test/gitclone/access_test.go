package gitclone

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"orderly.dev/mutate/contract/clone"
	"orderly.dev/test/gitserver"
)

// accessCase is a repository and what it takes to read it. It is app.git, whose main is then there.
type accessCase struct {
	name, url string
	secret    data
	hostKeys  clone.HostKeys
	want      string // all that the user gets to read; empty when it is cloned
	// history is the number of commits, 1 if it is 0.
	history int
}

func testAccess(t *testing.T, cases []accessCase) {
	t.Helper()
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			p := makePod(t, wish{url: tc.url, secret: tc.secret, depth: 1})
			p.Order.HostKeys = tc.hostKeys
			if tc.want != "" {
				requireSentence(t, sentence(tc.want, tc.url), settle(fail(t, p)))
				return
			}
			want := tree{commit: commitOf(t, "app.git", "main"), head: "main", history: orOne(tc.history)}
			require.Equal(t, []clone.Source{{RefType: "branch", RefName: "main", Commit: want.commit}}, succeed(t, p))
			require.Equal(t, want, readTree(t, p, p.Order.Repositories[0]))
		})
	}
}

// requireSentence compares what the user gets to read; … stands for what differs from run to run.
func requireSentence(t *testing.T, want, got string) {
	t.Helper()
	parts := strings.Split(want, "…")
	for i, part := range parts {
		parts[i] = regexp.QuoteMeta(part)
	}
	require.Regexp(t, "^(?s:"+strings.Join(parts, ".*")+")$", got)
}

// sentence puts the address, and what of it may be said alone, into a text for people.
func sentence(text, address string) string {
	base := address
	if scheme, rest, found := strings.Cut(address, "://"); found {
		host, _, _ := strings.Cut(rest, "/")
		base = scheme + "://" + host
	}
	return strings.NewReplacer("{url}", address, "{base}", base, "{other}", servers.other.Base(gitserver.Chain),
		"{port}", servers.git.Base(gitserver.Direct)).Replace(text)
}

func TestCertificatesAreJudged(t *testing.T) {
	t.Parallel()
	url := func(d gitserver.Door) string { return servers.git.URL(d, gitserver.Open, "app.git") }
	public := servers.public.URL(gitserver.Chain, gitserver.Open, "app.git")
	root, intermediate := string(servers.private.Root), string(servers.private.Intermediate)
	testAccess(t, []accessCase{
		{name: "by a public authority", url: public},
		{name: "by a public authority, with a private one's certificate", url: public, secret: authority()},
		{name: "by a private authority and an intermediate", url: url(gitserver.Chain), secret: authority()},
		{name: "by a private authority itself", url: url(gitserver.Direct), secret: authority()},
		{name: "by a private authority, and the server does not send the intermediate", url: url(gitserver.NoIntermediate), secret: data{"ca.crt": root + intermediate}},
		{name: "by a private authority, with Windows line ends", url: url(gitserver.Chain), secret: data{"ca.crt": strings.ReplaceAll(root, "\n", "\r\n")}},
		{name: "by an authority that nobody knows", url: url(gitserver.Chain), want: "cloning {url} to app: the server's certificate is not trusted; git said: fatal: unable to access '{url}/': server certificate verification failed. CAfile: none CRLfile: none; put the certificate of its authority, and those between, into ca.crt of the repository's Secret; an expired certificate may look like this too"},
		{name: "by another authority than the Secret's", url: url(gitserver.Chain), secret: data{"ca.crt": string(servers.authority.Root)}, want: "cloning {url} to app: the server's certificate is not trusted; git said: fatal: unable to access '{url}/': server certificate verification failed. CAfile: /builder/private/0/authorities.pem CRLfile: none; put the certificate of its authority, and those between, into ca.crt of the repository's Secret; an expired certificate may look like this too"},
		{name: "by an intermediate that nobody sends", url: url(gitserver.NoIntermediate), secret: authority(), want: "cloning {url} to app: the server's certificate is not trusted; git said: fatal: unable to access '{url}/': server certificate verification failed. CAfile: /builder/private/0/authorities.pem CRLfile: none; put the certificate of its authority, and those between, into ca.crt of the repository's Secret; an expired certificate may look like this too"},
		{name: "expired", url: url(gitserver.Expired), secret: authority(), want: "cloning {url} to app: the server's certificate is not trusted; git said: fatal: unable to access '{url}/': server certificate verification failed. CAfile: /builder/private/0/authorities.pem CRLfile: none; put the certificate of its authority, and those between, into ca.crt of the repository's Secret; an expired certificate may look like this too"},
		{name: "of another host", url: url(gitserver.OtherName), secret: authority(), want: "cloning {url} to app: the server's certificate is for another host; git said: fatal: unable to access '{url}/': SSL: certificate subject name (someone-else.example) does not match target host name 'git.example.test'; write the host as the certificate names it"},
		{name: "a Secret whose ca.crt is none", url: url(gitserver.Chain), secret: data{"ca.crt": "no certificate"}, want: `cloning {url} to app: Secret "secret-a": ca.crt holds no certificate (-----BEGIN CERTIFICATE-----)`},
	})
}

func TestHTTPCredentialsAreJudged(t *testing.T) {
	t.Parallel()
	https := func(a gitserver.Access) string { return servers.git.URL(gitserver.Chain, a, "app.git") }
	http := func(a gitserver.Access) string { return servers.git.URL(gitserver.Plain, a, "app.git") }
	trusting := authority()
	testAccess(t, []accessCase{
		{name: "nobody reads what is public", url: https(gitserver.Open), secret: trusting},
		{name: "nobody reads what is public over http", url: http(gitserver.Open)},
		{name: "somebody reads what is public", url: https(gitserver.Open), secret: trusting.with(alice())},
		{name: "a user and a password", url: https(gitserver.Basic), secret: trusting.with(alice())},
		{name: "a user and a password over http", url: http(gitserver.Basic), secret: alice()},
		{name: "a user and a password for files", url: http(gitserver.DumbBasic), secret: alice(), history: 5},
		{name: "a password with a line end behind it", url: https(gitserver.Basic), secret: trusting.with(data{"username": "alice\n", "password": servers.accounts.Alice + "\n"})},
		{name: "nobody", url: https(gitserver.Basic), secret: trusting, want: `cloning {url} to app: the server asks for credentials; git said: fatal: could not read Username for '{base}': terminal prompts disabled; put username and password, or a token, into Secret "secret-a"; if they are there, the server did not take them`},
		{name: "nobody over http", url: http(gitserver.Basic), want: "cloning {url} to app: the server asks for credentials; git said: fatal: could not read Username for '{base}': terminal prompts disabled; name a Secret with credentials by secret:, or check the address: many servers ask for credentials where there is no such repository"},
		{name: "a wrong password", url: https(gitserver.Basic), secret: trusting.with(data{"username": "alice", "password": "wrong-password"}), want: `cloning {url} to app: authentication refused; git said: fatal: Authentication failed for '{url}/'; check the credentials in Secret "secret-a", and that they may read this repository`},
		{name: "another user", url: https(gitserver.Basic), secret: trusting.with(bob()), want: `cloning {url} to app: authentication refused; git said: fatal: Authentication failed for '{url}/'; check the credentials in Secret "secret-a", and that they may read this repository`},
		{name: "a password without a user", url: https(gitserver.Basic), secret: trusting.with(data{"password": servers.accounts.Alice}), want: `cloning {url} to app: Secret "secret-a" holds a password but no username; what needs no username belongs under the key token`},
		{name: "a token", url: https(gitserver.Bearer), secret: trusting.with(bearer())},
		{name: "a token over http", url: http(gitserver.Bearer), secret: bearer()},
		{name: "a token with a line end behind it", url: http(gitserver.Bearer), secret: data{"token": servers.accounts.Token + "\n"}},
		{name: "a token with its scheme", url: https(gitserver.Bearer), secret: trusting.with(data{"token": "Bearer " + servers.accounts.Token})},
		{name: "a token with a scheme of its own", url: https(gitserver.Scheme), secret: trusting.with(data{"token": servers.accounts.Header})},
		{name: "a token that is a user and a password", url: https(gitserver.Basic), secret: trusting.with(data{"token": "Basic " + pair("alice", servers.accounts.Alice)})},
		{name: "a wrong token", url: https(gitserver.Bearer), secret: trusting.with(data{"token": "wrong-token"}), want: `cloning {url} to app: authentication refused; git said: fatal: could not read Username for '{base}': terminal prompts disabled; check the credentials in Secret "secret-a", and that they may read this repository`},
		{name: "a password where a token is asked for", url: https(gitserver.Bearer), secret: trusting.with(alice()), want: `cloning {url} to app: authentication refused; git said: fatal: Authentication failed for '{url}/'; check the credentials in Secret "secret-a", and that they may read this repository`},
		{name: "a token and a password", url: https(gitserver.Bearer), secret: trusting.with(alice()).with(bearer()), want: `cloning {url} to app: Secret "secret-a" holds both token and password: which one is to be sent? Remove the other`},
		{name: "a key of ssh", url: https(gitserver.Basic), secret: known(servers.ssh), want: `cloning {url} to app: Secret "secret-a" holds ssh-privatekey, which is for ssh; write the address as ssh://, or into the Secret username and password, token, or ca.crt`},
		{name: "an empty Secret", url: https(gitserver.Basic), secret: data{}, want: `cloning {url} to app: Secret "secret-a" is empty; it needs username and password, token, or ca.crt`},
	})
}

func TestSSHCredentialsAreJudged(t *testing.T) {
	t.Parallel()
	long, short, trust := servers.ssh.URL("git", "app.git"), servers.ssh.ShortURL("git", "app.git"), servers.ssh.KnownHosts()
	changed := gitHost + " " + servers.otherSSH.Keys[0] + "\n"
	key := known(servers.ssh)
	testAccess(t, []accessCase{
		{name: "a key", url: long, secret: key},
		{name: "a key, and the short form of the address", url: short, secret: key},
		{name: "a key, and a path from the root", url: "git@" + gitHost + ":/app.git", secret: key},
		{name: "a key that lost its last line end", url: long, secret: key.with(data{"ssh-privatekey": strings.TrimSpace(servers.key.Private)})},
		{name: "a key with Windows line ends", url: long, secret: key.with(data{"ssh-privatekey": strings.ReplaceAll(servers.key.Private, "\n", "\r\n")})},
		{name: "the host by its second key", url: long, secret: key.with(data{"known_hosts": gitHost + " " + servers.ssh.Keys[1]})},
		{name: "the host among others", url: long, secret: key.with(data{"known_hosts": servers.otherSSH.KnownHosts() + "# ours\n" + trust})},
		{name: "a wrong key", url: long, secret: key.with(data{"ssh-privatekey": servers.wrong.Private}), want: `cloning {url} to app: authentication refused; git said: git@git.example.test: Permission denied (publickey).; check that the server knows the public key to ssh-privatekey in Secret "secret-a", and lets it read this repository`},
		{name: "a user that the server does not know", url: servers.ssh.URL("nobody", "app.git"), secret: key, want: `cloning {url} to app: authentication refused; git said: nobody@git.example.test: Permission denied (publickey).; check that the server knows the public key to ssh-privatekey in Secret "secret-a", and lets it read this repository`},
		{name: "a key behind a passphrase", url: long, secret: key.with(data{"ssh-privatekey": servers.locked.Private}), want: `cloning {url} to app: ssh-privatekey of Secret "secret-a" is protected by a passphrase, which nobody can type here; remove it (ssh-keygen -p) or use a key of its own for this`},
		{name: "a public key", url: long, secret: key.with(data{"ssh-privatekey": servers.key.Public}), want: `cloning {url} to app: ssh-privatekey of Secret "secret-a" is a public key; the private one is needed`},
		{name: "a broken key", url: long, secret: key.with(data{"ssh-privatekey": broken(servers.key.Private)}), want: `cloning {url} to app: the private key cannot be used; git said: Load key "/builder/private/0/key": error in libcrypto | git@git.example.test: Permission denied (publickey).; write the private key as ssh-keygen wrote it, and without a passphrase, into ssh-privatekey of Secret "secret-a"`},
		{name: "no Secret", url: long, want: "cloning {url} to app: ssh needs a Secret with ssh-privatekey and known_hosts; name it by secret:"},
		{name: "no known_hosts", url: long, secret: data{"ssh-privatekey": servers.key.Private}, want: `cloning {url} to app: Secret "secret-a" holds no known_hosts, so nobody can tell the server from one that pretends to be it; add what ssh-keyscan -p 22 git.example.test says, after you compared it with what the server's owner publishes, or set orderly.dev/ssh-host-keys: accept-new`},
		{name: "no known_hosts, but new ones are accepted", url: long, secret: data{"ssh-privatekey": servers.key.Private}, hostKeys: clone.AcceptNewHostKeys},
		{name: "a host that is not in known_hosts", url: long, secret: key.with(data{"known_hosts": servers.otherSSH.KnownHosts()}), want: `cloning {url} to app: the server's host key is not known; git said: No ED25519 host key is known for git.example.test and you have requested strict checking. | Host key verification failed.; add the server's key to known_hosts in Secret "secret-a" (ssh-keyscan -p 22 git.example.test, and compare its fingerprint with the one that the server's owner publishes), or set orderly.dev/ssh-host-keys: accept-new`},
		{name: "a host that is not in known_hosts, but new ones are accepted", url: short, secret: key.with(data{"known_hosts": servers.otherSSH.KnownHosts()}),
			hostKeys: clone.AcceptNewHostKeys},
		{name: "a host whose key has changed", url: long, secret: key.with(data{"known_hosts": changed}), want: `cloning {url} to app: the server's host key is not the known one; git said: ssh-keygen -f "/builder/private/0/known_hosts" -R "git.example.test" | Host key for git.example.test has changed and you have requested strict checking. | Host key verification failed.; somebody may be between the cloner and the server; if its owner did change the key, replace it in known_hosts in Secret "secret-a"`},
		{name: "a host whose key has changed, and new ones are accepted", url: long, secret: key.with(data{"known_hosts": changed}), hostKeys: clone.AcceptNewHostKeys, want: `cloning {url} to app: the server's host key is not the known one; git said: ssh-keygen -f "/builder/private/0/known_hosts" -R "git.example.test" | Host key for git.example.test has changed and you have requested strict checking. | Host key verification failed.; somebody may be between the cloner and the server; if its owner did change the key, replace it in known_hosts in Secret "secret-a"`},
		{name: "a user and a password", url: long, secret: alice(), want: `cloning {url} to app: Secret "secret-a" holds password, username, which is for https; write the address as https://, or into the Secret ssh-privatekey and known_hosts`},
	})
}

func TestARepositoryThatIsNotThere(t *testing.T) {
	t.Parallel()
	testAccess(t, []accessCase{
		{name: "https", url: servers.public.URL(gitserver.Chain, gitserver.Open, "none.git"), want: "cloning {url} to app: repository not found; git said: fatal: repository '{url}/' not found; check the address; many servers say the same when the credentials may not read the repository, and none are named by secret:"},
		{name: "https with credentials", url: servers.git.URL(gitserver.Chain, gitserver.Basic, "none.git"), secret: authority().with(alice()), want: "cloning {url} to app: repository not found; git said: fatal: repository '{url}/' not found; check the address; many servers say the same when the credentials may not read the repository"},
		{name: "dumb http", url: servers.git.URL(gitserver.Plain, gitserver.Dumb, "none.git"), want: "cloning {url} to app: repository not found; git said: fatal: repository '{url}/' not found; check the address; many servers say the same when the credentials may not read the repository, and none are named by secret:"},
		{name: "ssh", url: servers.ssh.URL("git", "none.git"), secret: known(servers.ssh), want: `cloning {url} to app: repository not found; git said: fatal: './none.git' does not appear to be a git repository; check the address; many servers say the same when the credentials may not read the repository`},
		{name: "git", url: servers.daemon.URL("none.git"), want: "cloning {url} to app: repository not found; git said: fatal: remote error: access denied or repository not exported: /none.git; check the address; many servers say the same when the credentials may not read the repository, and none are named by secret:"},
		{name: "an empty one", url: servers.daemon.URL("empty.git"), want: "cloning {url} to app: the repository is empty: it has no commit yet; push a commit, or remove the entry"},
		{name: "an empty one over https", url: servers.public.URL(gitserver.Chain, gitserver.Open, "empty.git"), want: "cloning {url} to app: the repository is empty: it has no commit yet; push a commit, or remove the entry"},
	})
}
