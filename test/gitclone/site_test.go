package gitclone

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"path/filepath"

	"orderly.dev/test/gitserver"
)

// Names of the hosts, each with an address of its own.
const (
	gitHost    = "git.example.test"
	otherHost  = "other.example.test"
	publicHost = "public.example.test"
	witness    = "witness.example.test"
	hosts      = "127.0.0.1 " + gitHost + "\n127.0.0.2 " + otherHost + "\n127.0.0.3 " + publicHost + "\n127.0.0.4 " + witness + "\n"
)

// site are hosts that serve the same repositories: git, with certificates of a company, and other and public, with those of an authority that
// the image trusts. No test has credentials for the web server of other, nor for the ssh server of witness, although both would take those of git:
// whatever they are sent slipped out.
type site struct {
	store              *gitserver.Store
	private, authority *gitserver.Authority // of the company, and of the world
	git, other, public *gitserver.Web
	ssh, otherSSH      *gitserver.SSH // ssh speaks protocol 0, otherSSH 2
	witness            *gitserver.SSH
	daemon             *gitserver.Daemon
	accounts           gitserver.Accounts
	key, locked, wrong gitserver.Key // in locked the key is behind a passphrase; wrong is known to nobody
	passphrase         string
	closers            []func() error
}

func startSite(dir string) (*site, error) {
	s := &site{passphrase: "open " + random(), accounts: gitserver.Accounts{
		// Characters that mean something in an address, in a shell, in git's configuration.
		Alice: `p@ss:/w+r%4d "$HOME" & ` + random(), Bob: "bob-" + random(), Token: "glpat-" + random(), Header: "Token key=" + random(),
	}}
	for _, begin := range []func(dir string) error{s.makeSecrets, s.startWebs, s.startOthers, s.addSupers} {
		if err := begin(dir); err != nil {
			return s, err
		}
	}
	return s, nil
}

func (s *site) makeSecrets(dir string) error {
	var errs [6]error
	s.store, errs[0] = gitserver.NewStore(dir)
	s.private, errs[1] = gitserver.NewAuthority("company")
	s.authority, errs[2] = gitserver.NewAuthority("world")
	s.key, errs[3] = gitserver.NewKey(filepath.Join(dir, "id"), "ed25519", "")
	s.locked, errs[4] = gitserver.NewKey(filepath.Join(dir, "id_locked"), "rsa", s.passphrase)
	s.wrong, errs[5] = gitserver.NewKey(filepath.Join(dir, "id_wrong"), "ed25519", "")
	return errors.Join(errs[:]...)
}

func (s *site) startWebs(dir string) error {
	start := func(name, address string, authority *gitserver.Authority, elsewhere string) (*gitserver.Web, error) {
		w, err := gitserver.StartWeb(gitserver.WebOptions{Dir: filepath.Join(dir, name), Address: address, Name: name, Store: s.store,
			Authority: authority, Accounts: s.accounts, Elsewhere: elsewhere})
		if err == nil {
			s.closers = append(s.closers, w.Close)
		}
		return w, err
	}
	var err1, err2, err3 error
	if s.other, err1 = start(otherHost, "127.0.0.2", s.authority, ""); err1 != nil {
		return err1
	}
	s.git, err2 = start(gitHost, "127.0.0.1", s.private, s.other.Base(gitserver.Chain)+"/basic")
	s.public, err3 = start(publicHost, "127.0.0.3", s.authority, "")
	return errors.Join(err2, err3)
}

func (s *site) startOthers(dir string) error {
	start := func(name, address string, protocol2 bool) (*gitserver.SSH, error) {
		o := gitserver.SSHOptions{Dir: filepath.Join(dir, "ssh-"+name), Address: address, Name: name, Port: "22", Store: s.store,
			Authorized: []string{s.key.Public, s.locked.Public}, Protocol2: protocol2}
		host, err := gitserver.StartSSH(o)
		if err == nil {
			s.closers = append(s.closers, host.Close)
		}
		return host, err
	}
	const old, current = false, true
	var errs [4]error
	s.ssh, errs[0] = start(gitHost, "127.0.0.1", old)
	s.otherSSH, errs[1] = start(otherHost, "127.0.0.2", current)
	s.witness, errs[2] = start(witness, "127.0.0.4", current)
	s.daemon, errs[3] = gitserver.StartDaemon(gitserver.DaemonOptions{Dir: filepath.Join(dir, "daemon"), Name: gitHost, Store: s.store})
	if errs[3] == nil {
		s.closers = append(s.closers, s.daemon.Close)
	}
	return errors.Join(errs[:]...)
}

// addSupers adds repositories with submodules on other hosts, and with such as should do nothing.
func (s *site) addSupers(string) error {
	deep, err := s.store.Commit("libs/deep.git", "main")
	if err != nil {
		return err
	}
	add := func(name, path, address string) error {
		return s.store.AddSuper(name, gitserver.Submodule{Name: "module", Path: path, URL: address, Commit: deep})
	}
	return errors.Join(
		add("elsewhere.git", "libs/deep", s.other.URL(gitserver.Chain, gitserver.Open, "libs/deep.git")),
		add("elsewhere-private.git", "libs/deep", s.other.URL(gitserver.Chain, gitserver.Basic, "libs/deep.git")),
		add("elsewhere-ssh.git", "libs/deep", s.witness.ShortURL("git", "libs/deep.git")),
		add("other-port.git", "libs/deep", s.git.URL(gitserver.Direct, gitserver.Open, "libs/deep.git")),
		add("other-port-private.git", "libs/deep", s.git.URL(gitserver.Direct, gitserver.Basic, "libs/deep.git")),
		add("absolute.git", "libs/deep", s.git.URL(gitserver.Chain, gitserver.Basic, "libs/deep.git")),
		add("ext.git", "libs/deep", "ext::sh -c touch% /builder/trees/broken"),
		add("file.git", "libs/deep", "file://"+filepath.Join(s.store.Dir, "libs/deep.git")),
		add("path.git", "libs/deep", filepath.Join(s.store.Dir, "libs/deep.git")),
		add("option.git", "libs/deep", "--upload-pack=touch /builder/trees/broken"),
		add("dots.git", "../outside", "../libs/deep.git"),
		s.store.AddMany("some.git", 600),
		s.store.AddSuper("name.git", gitserver.Submodule{Name: "../../broken", Path: "libs/deep", URL: "../libs/deep.git", Commit: deep}),
	)
}

func (s *site) close() error {
	var problems []error
	for _, closer := range s.closers {
		problems = append(problems, closer())
	}
	return errors.Join(problems...)
}

func random() string {
	var b [12]byte
	_, _ = rand.Read(b[:]) // it never fails
	return hex.EncodeToString(b[:])
}
