package gitclone

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"orderly.dev/test/gitclone/container"
	"orderly.dev/test/gitserver"
)

// makeQuickPod returns a Pod whose cloner waits for short times only.
func makeQuickPod(t *testing.T, w wish) *container.Pod {
	t.Helper()
	p := makePod(t, w)
	p.Image.Cloner = quickCloner
	return p
}

func TestFaultsThatPassAreWaitedFor(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		fault
		want []string // parts of the log
	}{
		{name: "the server is down for two tries", fault: fault{kind: refusal, times: 2}, want: []string{
			"; trying again in 0.1 s (1 of 3)\n", "; trying again in 0.2 s (2 of 3)\n"}},
		{name: "the server says nothing at first", fault: fault{kind: silence, times: 1}, want: []string{
			"app: git ls-remote said nothing for too long and was ended; trying again in 0.1 s (1 of 3)\n"}},
		// The first connection is that of ls-remote, whose answer is short.
		{name: "the answer breaks off", fault: fault{kind: cut, times: 2, after: 8000}, want: []string{
			"app: the server cannot be reached, or the connection broke; git said: ", "; trying again in 0.1 s (1 of 3)\n"}},
		{name: "the answer stops in the middle", fault: fault{kind: stall, times: 2, after: 8000}, want: []string{
			"app: git fetch said nothing for too long and was ended"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			f := startFault(t, tc.fault)
			p := makeQuickPod(t, wish{url: f.url("some.git"), depth: 1})
			result := run(t, p)
			require.Zero(t, result.Code, result.Log)
			require.Equal(t, commitOf(t, "some.git", "main"), readTree(t, p, p.Order.Repositories[0]).commit)
			require.Greater(t, f.connections.Load(), tc.times)
			for _, part := range tc.want {
				require.Contains(t, result.Log, part)
			}
		})
	}
}

func TestProgressIsOneLineForEachTenth(t *testing.T) {
	t.Parallel()
	result := run(t, makePod(t, wish{url: public("some.git"), depth: 1}))
	require.Zero(t, result.Code, result.Log)
	tenths := map[string]int{}
	for line := range strings.Lines(result.Log) {
		require.True(t, strings.HasPrefix(line, "app: "), line)
		if phase, _, found := strings.Cut(line, "0%"); found {
			tenths[strings.TrimRight(phase, "0123456789")]++
		}
	}
	require.Equal(t, map[string]int{"app: counting objects ": 10, "app: receiving objects ": 10, "app: updating files ": 10}, tenths)
}

func TestFaultsThatStayAreGivenUp(t *testing.T) {
	t.Parallel()
	down := servers.git.URL(gitserver.Plain, gitserver.Busy, "app.git")
	for _, tc := range []struct{ name, url, want string }{
		{name: "nobody listens", url: "http://" + gitHost + ":1/open/app.git", want: "cloning {url} to app: the server cannot be reached, or the connection broke; git said: fatal: unable to access '{url}/': Failed to connect to git.example.test port 1 after {n} ms: Couldn't connect to server; it was tried again several times; check the address, the network policies of the namespace, and the proxy"},
		{name: "no such host", url: "https://nowhere.example.test/app.git", want: "cloning {url} to app: the server cannot be reached, or the connection broke; git said: fatal: unable to access '{url}/': Could not resolve host: nowhere.example.test; it was tried again several times; check the address, the network policies of the namespace, and the proxy"},
		{name: "the server has no time", url: down, want: "cloning {url} to app: the server cannot be reached, or the connection broke; git said: fatal: unable to access '{url}/': The requested URL returned error: 503; it was tried again several times; check the address, the network policies of the namespace, and the proxy"},
		{name: "the server closes every connection", url: startFault(t, fault{kind: refusal}).url("app.git"), want: "cloning {url} to app: the server cannot be reached, or the connection broke; git said: fatal: unable to access '{url}/': …; it was tried again several times; check the address, the network policies of the namespace, and the proxy"},
		{name: "the server never says anything", url: startFault(t, fault{kind: silence}).url("app.git"), want: "cloning {url} to app: git ls-remote said nothing for too long and was ended…; it was tried again several times; check the address, the network policies of the namespace, and the proxy"},
		{name: "the answer always breaks off", url: startFault(t, fault{kind: cut, after: 8000}).url("some.git"), want: "cloning {url} to app: the server cannot be reached, or the connection broke; git said: …; it was tried again several times; check the address, the network policies of the namespace, and the proxy"},
		{name: "nobody listens for ssh", url: "ssh://git@" + publicHost + ":22/app.git", want: `cloning {url} to app: the server cannot be reached, or the connection broke; git said: …Connection refused…; it was tried again several times; check the address, the network policies of the namespace, and the proxy`},
		{name: "nobody listens for git", url: "git://" + publicHost + "/app.git", want: "cloning {url} to app: the server cannot be reached, or the connection broke; git said: fatal: unable to connect to public.example.test: | public.example.test[0: 127.0.0.3]: errno=Connection refused; it was tried again several times; check the address, the network policies of the namespace, and the proxy"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			w := wish{url: tc.url, depth: 1}
			if strings.HasPrefix(tc.url, "ssh:") {
				w.secret = known(servers.ssh)
			}
			requireSentence(t, sentence(tc.want, tc.url), settle(fail(t, makeQuickPod(t, w))))
		})
	}
}

func TestWhatIsBusyIsAskedFourTimes(t *testing.T) {
	t.Parallel()
	require.Equal(t, 4, countAsked(t, gitserver.Busy, "asked-busy.git"))
}

func TestWhatIsRefusedIsAskedOnce(t *testing.T) {
	t.Parallel()
	require.Equal(t, 1, countAsked(t, gitserver.Open, "asked-open.git"))
}

// countAsked has the cloner fail and returns how often it asked for the repository.
func countAsked(t *testing.T, a gitserver.Access, repository string) int {
	t.Helper()
	fail(t, makeQuickPod(t, wish{url: servers.git.URL(gitserver.Plain, a, repository), depth: 1}))
	requests, err := servers.git.Requests()
	require.NoError(t, err)
	count := 0
	for _, r := range requests {
		if strings.Contains(r.Path, "/"+repository+"/") {
			count++
		}
	}
	return count
}
