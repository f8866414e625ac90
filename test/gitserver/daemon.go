package gitserver

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
)

// DaemonOptions describe git's own daemon.
type DaemonOptions struct {
	// Dir is a folder for it.
	Dir string
	// Address is where it listens. Default 127.0.0.1.
	Address string
	// Name is what clients call it. Default Address.
	Name  string
	Store *Store
}

// Daemon serves git://, to everybody.
type Daemon struct {
	base    string
	process *process
}

// StartDaemon starts it. The caller closes it.
func StartDaemon(o DaemonOptions) (*Daemon, error) {
	if o.Address == "" {
		o.Address = "127.0.0.1"
	}
	if o.Name == "" {
		o.Name = o.Address
	}
	if err := os.MkdirAll(o.Dir, 0o755); err != nil {
		return nil, err
	}
	port, err := freePort(o.Address)
	if err != nil {
		return nil, err
	}
	daemon := exec.Command(gitLibrary+"/git-daemon", "--reuseaddr", "--export-all", "--verbose", "--base-path="+o.Store.Dir,
		"--listen="+o.Address, "--port="+port, o.Store.Dir)
	daemon.Env = environment
	p, err := startProcess(daemon, filepath.Join(o.Dir, "daemon.log"), net.JoinHostPort(o.Address, port))
	if err != nil {
		return nil, err
	}
	return &Daemon{base: "git://" + net.JoinHostPort(o.Name, port), process: p}, nil
}

// URL is the address of a repository.
func (d *Daemon) URL(repository string) string { return d.base + "/" + repository }

// Close ends it.
func (d *Daemon) Close() error { return d.process.stop() }
