package main

import "orderly.dev/mutate/contract/clone"

// command is one run of git.
type command struct {
	// args of git.
	args []string
	// stdin is what it reads.
	stdin string
	// online says that it talks to a server, so what it could not do it may do a little later.
	online bool
}

// offline and online make commands.
func offline(args ...string) command { return command{args: args} }
func online(args ...string) command  { return command{args: args, online: true} }

// listRefs asks a server for refs. It runs before there is a repository.
func listRefs(r clone.Repository, refs ...string) command {
	return online(append([]string{"ls-remote", "--symref", "--", r.URL.String()}, refs...)...)
}

// listNames asks a server for all its branches and tags.
func listNames(r clone.Repository) command {
	return online("ls-remote", "--heads", "--tags", "--", r.URL.String())
}
