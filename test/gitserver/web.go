package gitserver

import (
	"crypto/sha1" //nolint:gosec // one of the formats that Apache reads; the passwords are a test's
	_ "embed"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"text/template"
	"time"
)

// Door is one port of a [Web].
type Door string

// The doors differ in what a client sees of the certificate. Plain is http.
const (
	Plain          Door = "plain"
	Chain          Door = "chain"           // by the intermediate, which is sent
	Direct         Door = "direct"          // by the root
	NoIntermediate Door = "no-intermediate" // by the intermediate, which is not sent
	Expired        Door = "expired"
	OtherName      Door = "other-name" // for another host
)

// Access is the first part of an address' path, and says what a request needs.
type Access string

// The kinds of access. Wrong or no credentials are answered by 401.
const (
	Open       Access = "open"
	Basic      Access = "basic"       // the user alice
	BasicBob   Access = "basic-bob"   // the user bob
	Bearer     Access = "bearer"      // Authorization: Bearer and Accounts.Token
	Scheme     Access = "scheme"      // Authorization is Accounts.Header
	V0         Access = "v0"          // open, and the server does not know protocol 2
	Dumb       Access = "dumb"        // plain files
	DumbBasic  Access = "dumb-basic"  // plain files, the user alice
	Moved      Access = "moved"       // a redirect to open
	MovedBasic Access = "moved-basic" // a redirect to basic
	Away       Access = "away"        // a redirect to [WebOptions.Elsewhere]
	Busy       Access = "busy"        // 503
	Slow       Access = "slow"        // open, 4 MiB/s for each connection, as from far away
)

// Accounts are the credentials that a [Web] knows.
type Accounts struct {
	Alice, Bob string // passwords
	Token      string // of bearer
	Header     string // of scheme, such as "Token abc"
}

// WebOptions describe a host.
type WebOptions struct {
	// Dir is a folder for it, which everybody can read, with a short path.
	Dir string
	// Address is where it listens, and is in its certificates. Default 127.0.0.1.
	Address string
	// Name is what clients call it. Default Address.
	Name  string
	Store *Store
	// Authority signs its certificates.
	Authority *Authority
	Accounts  Accounts
	// Elsewhere is the address that away leads to, such as https://other.example/basic.
	Elsewhere string
}

// Web is an Apache that serves repositories.
type Web struct {
	options WebOptions
	ports   map[Door]string
	process *process
}

//go:embed web.conf
var webConfig string

// StartWeb starts a host. The caller closes it.
func StartWeb(o WebOptions) (*Web, error) {
	if o.Address == "" {
		o.Address = "127.0.0.1"
	}
	if o.Name == "" {
		o.Name = o.Address
	}
	if err := os.MkdirAll(o.Dir, 0o755); err != nil {
		return nil, err
	}
	w := &Web{options: o, ports: map[Door]string{}}
	settings, err := w.settings()
	if err != nil {
		return nil, err
	}
	if err := errors.Join(w.writeAccounts(), w.writeScripts(), w.writeConfig(settings)); err != nil {
		return nil, err
	}
	var addresses []string
	for _, port := range w.ports {
		addresses = append(addresses, net.JoinHostPort(o.Address, port))
	}
	apache := exec.Command("/usr/sbin/apache2", "-f", filepath.Join(o.Dir, "web.conf"), "-D", "FOREGROUND")
	w.process, err = startProcess(apache, filepath.Join(o.Dir, "apache.log"), addresses...)
	if err != nil {
		log, _ := os.ReadFile(filepath.Join(o.Dir, "error.log")) // more about it, where there is more
		return nil, fmt.Errorf("%w\n%s", err, log)
	}
	return w, nil
}

// Close ends it.
func (w *Web) Close() error { return w.process.stop() }

// URL is the address of a repository behind a door.
func (w *Web) URL(d Door, a Access, repository string) string {
	return w.Base(d) + "/" + string(a) + "/" + repository
}

// Base is the address of a door, without a slash behind it.
func (w *Web) Base(d Door) string {
	scheme := "https"
	if d == Plain {
		scheme = "http"
	}
	return scheme + "://" + net.JoinHostPort(w.options.Name, w.ports[d])
}

// HostPort is the address that a door listens on.
func (w *Web) HostPort(d Door) string { return net.JoinHostPort(w.options.Address, w.ports[d]) }

// leaves are the certificates of the doors.
func (w *Web) leaves() map[Door]leaf {
	names := []string{w.options.Name}
	if w.options.Address != w.options.Name {
		names = append(names, w.options.Address)
	}
	return map[Door]leaf{
		Plain: {}, Chain: {names: names}, Direct: {names: names, direct: true}, NoIntermediate: {names: names, bare: true},
		Expired:   {names: names, expiredAt: time.Now().Add(-time.Hour)},
		OtherName: {names: []string{"someone-else.example"}},
	}
}

// writeAccounts writes the file of passwords.
func (w *Web) writeAccounts() error {
	line := func(user, password string) string {
		sum := sha1.Sum([]byte(password)) //nolint:gosec // see the import
		return user + ":{SHA}" + base64.StdEncoding.EncodeToString(sum[:]) + "\n"
	}
	users := line("alice", w.options.Accounts.Alice) + line("bob", w.options.Accounts.Bob)
	return os.WriteFile(filepath.Join(w.options.Dir, "users"), []byte(users), 0o644)
}

// lfsBatch answers every question for large files with all that are there, below the address that was asked.
const lfsBatch = `#!/bin/sh
printf 'Content-Type: application/vnd.git-lfs+json\r\n\r\n'
exec sed "s|@BASE@|$REQUEST_SCHEME://$HTTP_HOST/$(echo "$REQUEST_URI" | cut -d/ -f2)/lfs-objects|" "$LFS_OBJECTS"
`

func (w *Web) writeScripts() error {
	dir := w.options.Dir
	table, err := w.options.Store.lfsTable()
	return errors.Join(err,
		os.WriteFile(filepath.Join(dir, "lfs.json"), table, 0o644),
		os.WriteFile(filepath.Join(dir, "gitconfig"), []byte(config), 0o644),
		os.WriteFile(filepath.Join(dir, "lfs-batch"), []byte(lfsBatch), 0o755),
	)
}

func (w *Web) writeConfig(settings webSettings) error {
	file, err := os.Create(filepath.Join(w.options.Dir, "web.conf"))
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	return template.Must(template.New("web.conf").Parse(webConfig)).Execute(file, settings)
}
