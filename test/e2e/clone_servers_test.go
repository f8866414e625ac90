package e2e

import (
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/test/gitserver"
)

// What is in the repositories that stories tell about: app.git of the catalogue, and lib.git and big.git.
const (
	appReadme = "version 5\n"
	appSource = "package main\n"
	libHeader = "int answer(void);\n"
)

// gitHost are git servers on this machine, which Pods reach.
type gitHost struct {
	folder  string
	store   *gitserver.Store
	web     *gitserver.Web
	sshd    *gitserver.SSH
	daemon  *gitserver.Daemon
	ca      string
	key     gitserver.Key
	stray   gitserver.Key // which no server knows
	big     string        // the content of big.bin
	ordinal atomic.Int64
}

// account is whom the servers know.
var account = gitserver.Accounts{Alice: "pass-word-of-alice-7341", Bob: "pass-word-of-bob-7341", Token: "token-of-a-robot-7341", Header: "Token header-7341"}

var (
	theGitHost  atomic.Pointer[gitHost]
	startingGit sync.Mutex
)

// gitServers are started by the first test that wants them, and stopped when all have ended.
func gitServers(t *testing.T) *gitHost {
	t.Helper()
	startingGit.Lock()
	defer startingGit.Unlock()
	if theGitHost.Load() == nil {
		g, err := startGit(ownAddress(t).String())
		require.NoError(t, err)
		theGitHost.Store(g)
	}
	return theGitHost.Load()
}

// stopGit stops the servers, if any were started.
func stopGit() error {
	g := theGitHost.Load()
	if g == nil {
		return nil
	}
	return errors.Join(g.web.Close(), g.sshd.Close(), g.daemon.Close(), os.RemoveAll(g.folder))
}

func startGit(address string) (*gitHost, error) {
	folder, err := os.MkdirTemp("", "git-") // of no test, for it outlives the first
	if err != nil {
		return nil, err
	}
	g := &gitHost{folder: folder, big: randomText(3 << 20)}
	if err := errors.Join(os.Chmod(folder, 0o755), g.fill(), pushGitImage(filepath.Join(folder, "image"))); err != nil {
		return nil, err
	}
	authority, err := gitserver.NewAuthority("e2e")
	if err != nil {
		return nil, err
	}
	g.ca = string(authority.Root)
	g.web, err = gitserver.StartWeb(gitserver.WebOptions{
		Dir: filepath.Join(folder, "web"), Address: address, Store: g.store, Authority: authority, Accounts: account,
	})
	if err != nil {
		return nil, err
	}
	g.sshd, err = gitserver.StartSSH(gitserver.SSHOptions{
		Dir: filepath.Join(folder, "ssh"), Address: address, Store: g.store, Authorized: []string{g.key.Public}, Protocol2: true,
	})
	if err != nil {
		return nil, errors.Join(err, g.web.Close())
	}
	g.daemon, err = gitserver.StartDaemon(gitserver.DaemonOptions{Dir: filepath.Join(folder, "daemon"), Address: address, Store: g.store})
	if err != nil {
		return nil, errors.Join(err, g.web.Close(), g.sshd.Close())
	}
	return g, nil
}

// fill makes the repositories and the keys.
func (g *gitHost) fill() (err error) {
	if g.store, err = gitserver.NewStore(g.folder); err != nil {
		return err
	}
	if g.key, err = gitserver.NewKey(filepath.Join(g.folder, "key"), "ed25519", ""); err != nil {
		return err
	}
	if g.stray, err = gitserver.NewKey(filepath.Join(g.folder, "stray"), "ed25519", ""); err != nil {
		return err
	}
	lib := oneCommit(map[string]string{"lib.h": libHeader})
	lib.Annotated = map[string]int{"v1.0": 1}
	return errors.Join(g.store.Add("lib.git", lib), g.store.Add("big.git", oneCommit(map[string]string{"big.bin": g.big})))
}

// oneCommit is a repository with these files.
func oneCommit(files map[string]string) gitserver.Repository {
	c := gitserver.Commit{Ref: "refs/heads/main", Files: map[string]gitserver.File{}}
	for name, content := range files {
		c.Files[name] = gitserver.File{Content: content}
	}
	return gitserver.Repository{Commits: []gitserver.Commit{c}}
}

// randomText is what git cannot make smaller by much.
func randomText(size int) string {
	random := rand.NewChaCha8([32]byte{1})
	data := make([]byte, size/2)
	_, _ = random.Read(data) // never fails
	return hex.EncodeToString(data)
}

// add makes a repository of the test's own, and returns its name.
func (g *gitHost) add(t *testing.T, files map[string]string) string {
	t.Helper()
	name := fmt.Sprint("own-", g.ordinal.Add(1))
	g.replace(t, name, files)
	return name
}

// replace moves the branch main of a repository to other files.
func (g *gitHost) replace(t *testing.T, name string, files map[string]string) {
	t.Helper()
	require.NoError(t, g.store.Add(name+".git", oneCommit(files)))
}

// commit is the commit of a revision.
func (g *gitHost) commit(t *testing.T, name, revision string) string {
	t.Helper()
	commit, err := g.store.Commit(name+".git", revision)
	require.NoError(t, err)
	return commit
}

// bigSum is what md5sum says of big.bin.
func (g *gitHost) bigSum() string {
	sum := md5.Sum([]byte(g.big))
	return hex.EncodeToString(sum[:])
}

func (g *gitHost) open(name string) string {
	return g.web.URL(gitserver.Plain, gitserver.Open, name+".git")
}

func (g *gitHost) https(name string) string {
	return g.web.URL(gitserver.Chain, gitserver.Basic, name+".git")
}

func (g *gitHost) bearer(name string) string {
	return g.web.URL(gitserver.Chain, gitserver.Bearer, name+".git")
}

func (g *gitHost) ssh(name string) string { return g.sshd.URL("git", name+".git") }

// webAddress and sshAddress are where relays go to.
func (g *gitHost) webAddress() string { return g.web.HostPort(gitserver.Chain) }

func (g *gitHost) sshAddress() string {
	return strings.TrimSuffix(strings.TrimPrefix(g.sshd.URL("git", ""), "ssh://git@"), "/")
}

func (g *gitHost) daemonAddress() string {
	return strings.TrimSuffix(strings.TrimPrefix(g.daemon.URL(""), "git://"), "/")
}

// behind is an address of a server's by way of a relay.
func (r *relay) behind(url string) string { return strings.Replace(url, r.server, r.address, 1) }

// createSecrets creates the Secrets by which a namespace may clone, under the names of what they are for.
func (g *gitHost) createSecrets(t *testing.T, namespace string) {
	t.Helper()
	createSecret(t, namespace, "ssh", corev1.SecretTypeSSHAuth, map[string]string{corev1.SSHAuthPrivateKey: g.key.Private, "known_hosts": g.knownHosts(g.sshAddress())})
	createSecret(t, namespace, "https", corev1.SecretTypeBasicAuth, map[string]string{
		corev1.BasicAuthUsernameKey: "alice", corev1.BasicAuthPasswordKey: account.Alice, "ca.crt": g.ca,
	})
	createSecret(t, namespace, "bearer", corev1.SecretTypeOpaque, map[string]string{"token": account.Token, "ca.crt": g.ca})
	createSecret(t, namespace, "ca", corev1.SecretTypeOpaque, map[string]string{"ca.crt": g.ca})
}

// knownHosts are lines of the server's keys for an address.
func (g *gitHost) knownHosts(address string) string {
	host, port, _ := net.SplitHostPort(address)
	var lines string
	for _, key := range g.sshd.Keys {
		lines += fmt.Sprintf("[%s]:%s %s\n", host, port, key)
	}
	return lines
}
