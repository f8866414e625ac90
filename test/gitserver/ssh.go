package gitserver

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"text/template"
)

// SSHOptions describe a host.
type SSHOptions struct {
	// Dir is a folder for it, which everybody can read.
	Dir string
	// Address is where it listens. Default 127.0.0.1.
	Address string
	// Name is what clients call it. Default Address.
	Name string
	// Port is where it listens; empty is a free one. The form git@host:path knows 22 only.
	Port  string
	Store *Store
	// Authorized are the public keys, as ssh-keygen writes them, that may log in as git.
	Authorized []string
	// Protocol2 lets clients ask for protocol 2. Without it the server gives tips only, but where a repository allows more.
	Protocol2 bool
}

// SSH is an sshd that serves repositories to the user git.
type SSH struct {
	options SSHOptions
	// Keys are its public host keys, as they stand in known_hosts behind the name of the host.
	Keys    []string
	process *process
}

//go:embed ssh.conf
var sshConfig string

// serve runs one command of git for a client, below the folder of repositories whether or not the path is absolute.
const serve = `#!/bin/sh
export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=@DIR@/gitconfig
cd "@REPOSITORIES@" || exit 1
case $SSH_ORIGINAL_COMMAND in
"git-upload-pack '"*"'") ;;
*) echo "only git-upload-pack is possible here" >&2; exit 128 ;;
esac
path=${SSH_ORIGINAL_COMMAND#"git-upload-pack '"}
path=./${path#/}
path=${path%"'"}
[ -d "$path" ] || { echo "fatal: '$path' does not appear to be a git repository" >&2; exit 128; }
exec git upload-pack "$path"
`

// StartSSH makes host keys and starts a host. The caller closes it.
func StartSSH(o SSHOptions) (*SSH, error) {
	if o.Address == "" {
		o.Address = "127.0.0.1"
	}
	if o.Name == "" {
		o.Name = o.Address
	}
	if o.Port == "" {
		port, err := freePort(o.Address)
		if err != nil {
			return nil, err
		}
		o.Port = port
	}
	s := &SSH{options: o}
	if err := s.prepare(); err != nil {
		return nil, err
	}
	return s, s.start()
}

// Close ends it.
func (s *SSH) Close() error { return s.process.stop() }

// URL is the address of a repository as ssh://.
func (s *SSH) URL(user, repository string) string {
	return "ssh://" + user + "@" + net.JoinHostPort(s.options.Name, s.options.Port) + "/" + repository
}

// ShortURL is the address as git@host:path, where it listens on port 22.
func (s *SSH) ShortURL(user, repository string) string {
	return user + "@" + s.options.Name + ":" + repository
}

// KnownHosts are the lines of known_hosts that make it known.
func (s *SSH) KnownHosts() string {
	name := s.options.Name
	if s.options.Port != "22" {
		name = fmt.Sprintf("[%s]:%s", name, s.options.Port)
	}
	var lines strings.Builder
	for _, key := range s.Keys {
		lines.WriteString(name + " " + key + "\n")
	}
	return lines.String()
}

// Log is what sshd has written until now: a line for every connection, and for every key that was offered.
func (s *SSH) Log() string { return s.process.read() }

// hostKeyTypes are the kinds of host keys that a host has, the preferred first.
var hostKeyTypes = []string{"ed25519", "rsa"}

func (s *SSH) hostKeyFile(kind string) string {
	return filepath.Join(s.options.Dir, "host_"+kind)
}

// prepare writes all files.
func (s *SSH) prepare() error {
	o := s.options
	if err := os.MkdirAll(filepath.Join(o.Dir, "authorized"), 0o755); err != nil {
		return err
	}
	settings := struct {
		SSHOptions
		HostKeys []string
	}{o, nil}
	for _, kind := range hostKeyTypes {
		key, err := NewKey(s.hostKeyFile(kind), kind, "")
		if err != nil {
			return err
		}
		s.Keys = append(s.Keys, key.Public)
		settings.HostKeys = append(settings.HostKeys, s.hostKeyFile(kind))
	}
	var b bytes.Buffer
	if err := template.Must(template.New("ssh.conf").Parse(sshConfig)).Execute(&b, settings); err != nil {
		return err
	}
	script := strings.NewReplacer("@DIR@", o.Dir, "@REPOSITORIES@", o.Store.Dir).Replace(serve)
	return errors.Join(
		os.WriteFile(filepath.Join(o.Dir, "ssh.conf"), b.Bytes(), 0o600),
		os.WriteFile(filepath.Join(o.Dir, "gitconfig"), []byte(config), 0o644),
		os.WriteFile(filepath.Join(o.Dir, "serve"), []byte(script), 0o755),
		os.WriteFile(filepath.Join(o.Dir, "authorized", "git"), []byte(strings.Join(o.Authorized, "\n")+"\n"), 0o644),
		s.writePasswd(),
	)
}

// writePasswd writes the users of this machine and git, which exists for this sshd only.
func (s *SSH) writePasswd() error {
	users, err := os.ReadFile("/etc/passwd")
	if err != nil {
		return err
	}
	git := fmt.Sprintf("git:*:64999:65534:git:%s:/bin/sh\n", s.options.Store.Dir)
	return os.WriteFile(filepath.Join(s.options.Dir, "passwd"), append([]byte(git), users...), 0o644)
}

// start runs sshd where /etc/passwd is the written one.
func (s *SSH) start() error {
	dir := s.options.Dir
	const script = `set -e; mkdir -p /run/sshd; mount --bind "$0/passwd" /etc/passwd; exec /usr/sbin/sshd -D -e -f "$0/ssh.conf"`
	sshd := exec.Command("/bin/sh", "-c", script, dir)
	sshd.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS}
	var err error
	s.process, err = startProcess(sshd, filepath.Join(dir, "sshd.log"), net.JoinHostPort(s.options.Address, s.options.Port))
	return err
}
