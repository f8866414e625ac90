package gitclone

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"orderly.dev/mutate/contract/clone"
	"orderly.dev/test/gitserver"
)

// transport is a way to talk to a server.
type transport struct {
	name    string
	address string // of app.git
	secret  data
	// whole says that it gives whole histories only, tips that it gives only what refs point to.
	whole, tips bool
}

func transports() []transport {
	return []transport{
		{name: "https", address: servers.git.URL(gitserver.Chain, gitserver.Basic, "app.git"), secret: alice().with(authority())},
		{name: "http of an old server", address: servers.git.URL(gitserver.Plain, gitserver.V0, "app.git"), tips: true},
		{name: "dumb http", address: servers.git.URL(gitserver.Plain, gitserver.Dumb, "app.git"), whole: true},
		{name: "ssh", address: servers.otherSSH.URL("git", "app.git"), secret: known(servers.otherSSH)},
		{name: "ssh of an old server", address: servers.ssh.ShortURL("git", "app.git"), secret: known(servers.ssh), tips: true},
		{name: "git", address: servers.daemon.URL("app.git")},
	}
}

// alice, bob, bearer, known and authority are the data of Secrets.
func alice() data  { return data{"username": "alice", "password": servers.accounts.Alice} }
func bob() data    { return data{"username": "bob", "password": servers.accounts.Bob} }
func bearer() data { return data{"token": servers.accounts.Token} }
func known(s *gitserver.SSH) data {
	return data{"ssh-privatekey": servers.key.Private, "known_hosts": s.KnownHosts()}
}
func authority() data { return data{"ca.crt": string(servers.private.Root)} }

func TestEveryRefComesByEveryTransport(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, ref string
		exact     clone.RefKind
		revision  string // what is checked out
		head      string // empty where HEAD is detached
		kind      clone.RefKind
		refName   string
		depth     int // default 1
		history   int // default 1
		deep      int // history where a commit is looked for among what the server gives; default history
		whole     int // the whole history
	}{
		{name: "nothing is asked for", revision: "main", head: "main", kind: clone.Branch, refName: "main", whole: 5},
		{name: "a branch", ref: "feature/x", revision: "feature/x", head: "feature/x", kind: clone.Branch, refName: "feature/x", whole: 4},
		{name: "a branch by its full name", ref: "refs/heads/release-1.0", revision: "release-1.0", head: "release-1.0", kind: clone.Branch, refName: "release-1.0", whole: 3},
		{name: "a tag", ref: "v1", revision: "v1", kind: clone.Tag, refName: "v1", whole: 2},
		{name: "an annotated tag", ref: "v2", revision: "v2", kind: clone.Tag, refName: "v2", whole: 4},
		{name: "a tag by its full name", ref: "refs/tags/v2", revision: "v2", kind: clone.Tag, refName: "v2", whole: 4},
		{name: "a name of both", ref: "both", revision: "refs/heads/both", head: "both", kind: clone.Branch, refName: "both", whole: 2},
		{name: "a name of both, as a branch", ref: "both", exact: clone.Branch, revision: "refs/heads/both", head: "both", kind: clone.Branch, refName: "both", whole: 2},
		{name: "a name of both, as a tag", ref: "both", exact: clone.Tag, revision: "refs/tags/both", kind: clone.Tag, refName: "both", whole: 4},
		{name: "another ref", ref: "refs/pull/1/head", revision: "refs/pull/1/head", kind: clone.FullRef, refName: "refs/pull/1/head", whole: 5},
		{name: "a commit that a branch is at", ref: "main", exact: clone.Commit, revision: "main", kind: clone.Commit, whole: 5},
		{name: "a commit that nothing is at", ref: "main~2", exact: clone.Commit, revision: "main~2", kind: clone.Commit, deep: 3, whole: 3},
		{name: "three commits of a branch", ref: "main", depth: 3, revision: "main", head: "main", kind: clone.Branch, refName: "main", history: 3, whole: 5},
		{name: "all commits of a branch", ref: "main", depth: -1, revision: "main", head: "main", kind: clone.Branch, refName: "main", history: 5, whole: 5},
	} {
		for _, by := range transports() {
			t.Run(tc.name+" by "+by.name, func(t *testing.T) {
				t.Parallel()
				commit := commitOf(t, "app.git", tc.revision)
				w := wish{url: by.address, ref: tc.ref, exact: tc.exact, secret: by.secret, depth: max(0, orOne(tc.depth))}
				wantSource := clone.Source{RefType: string(tc.kind), RefName: tc.refName, Commit: commit}
				if tc.kind == clone.Commit {
					w.ref, wantSource.RefName = commit, commit
				}
				want := tree{commit: commit, head: tc.head, history: orOne(tc.history)}
				switch {
				case by.whole:
					want.history = tc.whole
				case by.tips && tc.deep != 0:
					want.history = tc.deep
				}
				p := makePod(t, w)
				require.Equal(t, []clone.Source{wantSource}, succeed(t, p))
				require.Equal(t, want, readTree(t, p, p.Order.Repositories[0]))
			})
		}
	}
}

func orOne(n int) int {
	if n == 0 {
		return 1
	}
	return n
}

func TestWhatIsNotThereIsNotFoundByAnyTransport(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, ref string
		exact     clone.RefKind
		want      string
	}{
		{name: "a name with a slip", ref: "mian", want: `cloning {url} to app: there is no branch or tag "mian"; perhaps main`},
		{name: "the beginning of two names", ref: "release-1", want: `cloning {url} to app: there is no branch or tag "release-1"; perhaps release-1.0, release-1.1`},
		{name: "a tag as a branch", ref: "v1", exact: clone.Branch, want: `cloning {url} to app: there is no branch "v1", but a tag; write tag: v1`},
		{name: "a branch as a tag", ref: "feature/x", exact: clone.Tag, want: `cloning {url} to app: there is no tag "feature/x", but a branch; write branch: feature/x`},
		{name: "another ref", ref: "refs/pull/2/head", want: "cloning {url} to app: there is no ref refs/pull/2/head, or the server does not show it; check ref"},
		{name: "a short hash", ref: "0123456", want: `cloning {url} to app: there is no branch or tag "0123456"; if it is a commit, write its whole hash`},
	} {
		for _, by := range transports() {
			t.Run(tc.name+" by "+by.name, func(t *testing.T) {
				t.Parallel()
				require.Equal(t, sentence(tc.want, by.address), settle(fail(t, makePod(t, wish{url: by.address, ref: tc.ref, exact: tc.exact, secret: by.secret, depth: 1}))))
			})
		}
	}
}

func TestACommitThatIsNotThereIsNotFoundByAnyTransport(t *testing.T) {
	t.Parallel()
	const nowhere = "0123456789012345678901234567890123456789"
	const hint = "; check the hash; a commit that no branch and no tag leads to is not given by every server"
	const refused = "cloning {url} to app: the server does not give this commit; git said: …not our ref " + nowhere + hint
	const looked = "cloning {url} to app: the commit is in none of the branches and tags" + hint
	for name, want := range map[string]string{
		"https": refused, "ssh": refused, "git": refused, "http of an old server": looked, "ssh of an old server": looked,
		"dumb http": "cloning {url} to app: the server does not give this commit; git said: …" + hint,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all := transports()
			by := all[slices.IndexFunc(all, func(by transport) bool { return by.name == name })]
			requireSentence(t, sentence(want, by.address), settle(fail(t, makePod(t, wish{url: by.address, ref: nowhere, secret: by.secret, depth: 1}))))
		})
	}
}
