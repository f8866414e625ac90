package main

import (
	"slices"
	"strconv"
)

// updateSubmodules checks out all submodules and theirs. git itself refuses addresses, names and paths of .gitmodules that would lead out of the
// tree or make it run a program (gitmodules(5)), and schemes other than GIT_ALLOW_PROTOCOL names; an address relative to
// the repository's own is resolved by git, too. What is not on the repository's own server gets no credentials (gitconfig.go, sshconfig.go).
var updateSubmodules = []string{"submodule", "update", "--init", "--recursive", "--force", "--progress"}

// submoduleWays get the submodules. Where a server does not give their commits, or not a part of their history, they are fetched whole, from the
// beginning: what is shallow would stay so.
func submoduleWays(depth int) []way {
	all := online(updateSubmodules...)
	if depth == 0 {
		return []way{{commands: []command{all}}}
	}
	shallow := online(slices.Concat(updateSubmodules, []string{"--depth=" + strconv.Itoa(depth)})...)
	ways := []way{{commands: []command{shallow}}}
	for _, k := range []kind{onlyWhole, notAdvertised, commitGone} {
		ways = append(ways, way{after: k, commands: []command{offline("submodule", "deinit", "--quiet", "--all", "--force"), all}, remove: ".git/modules",
			note: "a submodule's server does not give its commit alone: whole histories are fetched"})
	}
	return ways
}
