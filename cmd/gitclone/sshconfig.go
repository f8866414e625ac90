package main

import (
	"path/filepath"
	"strings"

	"orderly.dev/mutate/contract/clone"
)

// Patience with a server over ssh, in seconds: until a connection stands, and until one that says nothing is given up (three times
// the second, ssh_config(5)).
const (
	sshConnect = "30"
	sshAlive   = "30"
)

// sshConfig is all of ssh's configuration (ssh_config(5)). For each option the first value counts. The private key is offered to the
// repository's own host and port only, so a submodule elsewhere never learns which key there is. The host is letters, digits, dots, dashes and
// colons: it is no pattern, and the port, which ssh puts in, is a number.
func sshConfig(u clone.URL, c credentials, hostKeys clone.HostKeys, directory string) string {
	file := func(name string) string { return `"` + filepath.Join(directory, name) + `"` }
	strict := "yes"
	if hostKeys == clone.AcceptNewHostKeys {
		strict = "accept-new"
	}
	var lines []string
	if c.privateKey != "" {
		port := u.Port
		if port == "" {
			port = "22"
		}
		lines = append(lines,
			"Match originalhost "+u.Host+","+writtenHost(u)+` exec "test %p -eq `+port+`"`,
			"IdentityFile "+file(keyFile))
	}
	lines = append(lines,
		"Match all",
		"IdentityFile none",
		"IdentitiesOnly yes",
		"IdentityAgent none",
		"BatchMode yes",
		"ForwardAgent no",
		"ForwardX11 no",
		"PermitLocalCommand no",
		"ControlMaster no",
		"ControlPath none",
		"UserKnownHostsFile "+file(knownHostsFile),
		"GlobalKnownHostsFile /dev/null",
		"StrictHostKeyChecking "+strict,
		"UpdateHostKeys no",
		"CheckHostIP no",
		"HashKnownHosts no",
		"ConnectTimeout "+sshConnect,
		"ServerAliveInterval "+sshAlive,
	)
	return strings.Join(lines, "\n") + "\n"
}

// writtenHost is the host as it was written, which is what ssh is given.
func writtenHost(u clone.URL) string {
	return strings.TrimPrefix(authority(u), "[")[:len(u.Host)]
}
