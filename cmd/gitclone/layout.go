package main

import (
	"path/filepath"

	"orderly.dev/mutate/contract"
)

// layout is where everything lies. In a Pod it is what mutate/contract says; tests put the same below a directory of theirs.
type layout struct {
	tree    string // what the steps see as their workspace
	state   string // one file per repository that is in its place
	part    string // what is half done; nobody else looks here
	secrets string // one directory per Secret
	private string // in memory: what only git and ssh may read
	passwd  string // where the image's /etc/passwd leads to
	env     string // variables for the steps' wrappers
	// termination is where the kubelet reads what a container has to say when it has ended.
	termination string
}

// publicAuthorities are the certificate authorities that the image trusts, as Debian's package ca-certificates lays them.
const publicAuthorities = "/etc/ssl/certs/ca-certificates.crt"

// layoutBelow is the layout below a directory, which in a Pod is the root.
func layoutBelow(root string) layout {
	below := func(path string) string { return filepath.Join(root, path) }
	trees := below(contract.TreesDir)
	return layout{
		tree:        filepath.Join(trees, contract.TreeSubPath),
		state:       filepath.Join(trees, "state"),
		part:        filepath.Join(trees, "part"),
		secrets:     below(contract.SecretsDir),
		private:     below(contract.PrivateDir),
		passwd:      below(contract.PasswdFile),
		env:         below(contract.CloneEnvFile),
		termination: below("/dev/termination-log"),
	}
}
