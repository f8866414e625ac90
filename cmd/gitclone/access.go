package main

import (
	"path/filepath"
	"strings"

	"orderly.dev/mutate/contract/clone"
)

// access is how git gets at one server, and nothing else: files that only the cloner's user may read, in a directory of this repository's own, and
// the environment that leads git to them. So repositories on one host can have different credentials.
type access struct {
	// files by their names in the directory.
	files map[string]string
	// environment is the whole one of git: of the cloner's own, only the proxies and where programs lie are let through.
	environment []string
}

// Files of an access.
const (
	configFile      = "gitconfig"
	passwordsFile   = "passwords"
	keyFile         = "key"
	knownHostsFile  = "known_hosts"
	sshFile         = "ssh_config"
	authoritiesFile = "authorities.pem"
)

// surroundings is what the cloner finds in its container.
type surroundings struct {
	// environment is that of the cloner, NAME=VALUE.
	environment []string
	// authorities are the public certificate authorities, PEM.
	authorities string
	// workers is how many processes write files side by side when a tree is checked out.
	workers int
	// lfs says that git-lfs is there.
	lfs bool
	// hostKeys is how ssh checks a server.
	hostKeys clone.HostKeys
}

// newAccess decides what is written into a directory for one repository, and what git's environment is.
func newAccess(r clone.Repository, c credentials, s surroundings, directory string) access {
	file := func(name string) string { return filepath.Join(directory, name) }
	a := access{files: map[string]string{configFile: gitConfig(r, c, s, directory)}}
	if c.password != "" {
		a.files[passwordsFile] = passwordLines(r.URL, c)
	}
	if c.authorities != "" {
		a.files[authoritiesFile] = strings.TrimRight(s.authorities, "\n") + "\n" + c.authorities
	}
	if c.privateKey != "" {
		a.files[keyFile] = c.privateKey
	}
	a.files[knownHostsFile] = c.knownHosts
	a.files[sshFile] = sshConfig(r.URL, c, s.hostKeys, directory)
	a.environment = append(passed(s.environment),
		"HOME="+directory, "TMPDIR="+directory, "SHELL=/bin/sh",
		"LC_ALL=C", "LANGUAGE=", // what git says is read by programs
		"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+file(configFile), "GIT_CEILING_DIRECTORIES="+directory,
		"GIT_TERMINAL_PROMPT=0", "GIT_ASKPASS=",
		"GIT_ALLOW_PROTOCOL=https:http:ssh:git", "GIT_PROTOCOL_FROM_USER=0",
		"GIT_SSH_VARIANT=ssh", "GIT_SSH_COMMAND=ssh -F "+shellQuote(file(sshFile)),
		"GIT_PROGRESS_DELAY=0", // a short phase is told too: it says how many files there are
	)
	return a
}

// passed are the variables of the cloner that git gets: others could make it run programs.
func passed(environment []string) []string {
	kept := []string{}
	for _, entry := range environment {
		name, _, _ := strings.Cut(entry, "=")
		switch strings.ToLower(name) {
		case "path", "http_proxy", "https_proxy", "all_proxy", "no_proxy":
			kept = append(kept, entry)
		}
	}
	return kept
}

// server is the address of a repository's server as a git configuration names it: what begins with it is on the same host and port.
func server(u clone.URL) string {
	host := u.Host
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if u.Port != "" {
		host += ":" + u.Port
	}
	return string(u.Scheme) + "://" + host
}

// passwordLines is a file of git credential-store(1). It compares hosts letter by letter, so each way in which this server can be written has a
// line: as the order has it, in small letters, with its usual port and without.
func passwordLines(u clone.URL, c credentials) string {
	usual := map[clone.Scheme]string{clone.HTTPS: "443", clone.HTTP: "80"}[u.Scheme]
	_, host, _ := strings.Cut(server(u), "://")
	hosts := []string{host, authority(u)}
	switch u.Port {
	case "":
		hosts = append(hosts, host+":"+usual)
	case usual:
		hosts = append(hosts, strings.TrimSuffix(host, ":"+usual))
	}
	var b strings.Builder
	for _, h := range hosts {
		b.WriteString(string(u.Scheme) + "://" + percentEncode(c.username) + ":" + percentEncode(c.password) + "@" + h + "\n")
	}
	return b.String()
}

// authority is the host of an address and its port, as they were written, perhaps with capitals.
func authority(u clone.URL) string {
	text := u.String()
	if _, rest, found := strings.Cut(text, "://"); found {
		text, _, _ = strings.Cut(rest, "/")
	}
	if user, rest, found := strings.Cut(text, "@"); found && user == u.User {
		text = rest
	}
	return text
}

// shellQuote makes one word of a path, for the shell by which git starts ssh.
func shellQuote(word string) string { return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'" }
