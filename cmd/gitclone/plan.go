package main

import (
	"slices"
	"strconv"
	"strings"

	"orderly.dev/mutate/contract/clone"
)

// plan is what git does to make a tree, once it is known what the server has. Everything runs in the directory of the tree.
type plan struct {
	// begin makes an empty repository.
	begin []command
	// config is added to the repository's own configuration after that. It stays, so it holds no secret.
	config string
	// fetch are the ways to get the commit, of which the first one that fits is gone.
	fetch []way
	// usesLFS exits 0 when files of the commit are kept elsewhere, by git-lfs(1).
	usesLFS command
	// lfsConfig is added to the repository's configuration in that case, if git-lfs is there.
	lfsConfig string
	// checkout writes the files.
	checkout []command
	// submodules are the ways to get theirs; none when they are not wanted.
	submodules []way
	// commit tells which commit was checked out.
	commit command
}

// way is one attempt, and when it is made.
type way struct {
	// after is how the attempt before ended: fine for the first one of all, else a kind of failure that leads here.
	after kind
	// commands of the attempt.
	commands []command
	// seeks is a commit that is there if the attempt went well; empty when git itself knows.
	seeks string
	// remove is a directory that the attempt before left.
	remove string
	// note is a line in the log about why there is this attempt.
	note string
}

// newPlan decides everything. It needs no git.
func newPlan(r clone.Repository, t target, s surroundings) plan {
	start, revision := checkoutOf(t)
	p := plan{
		begin:    []command{offline(initArgs(t)...)},
		config:   writeConfig([]section{shared, origin(r, t)}),
		fetch:    fetchWays(r, t),
		usesLFS:  offline("grep", "-q", "-e", "filter=lfs", revision, "--", ":(glob)**/.gitattributes"),
		checkout: []command{start},
		commit:   offline("rev-parse", "--verify", "HEAD^{commit}"),
	}
	if s.lfs {
		p.lfsConfig = writeConfig([]section{lfsFilter})
		p.checkout[0].online = true
	}
	if len(r.Sparse) > 0 {
		sparse := offline("sparse-checkout", "set", "--cone", "--stdin")
		sparse.stdin = strings.Join(r.Sparse, "\n") + "\n"
		p.checkout = append([]command{sparse}, p.checkout...)
	}
	if t.isHead {
		p.checkout = append(p.checkout, offline("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/"+t.name))
	}
	if r.Submodules {
		p.submodules = submoduleWays(r.Depth)
	}
	return p
}

func initArgs(t target) []string {
	args := []string{"init", "--quiet"}
	if t.hashLength == sha256Length {
		args = append(args, "--object-format=sha256")
	}
	return append(args, ".")
}

// shared makes git in the steps leave what it writes below .git to every user, whatever the step's umask (git-config(1), core.sharedRepository).
var shared = section{name: "core", values: []setting{{"sharedRepository", "0666"}}}

// origin is the remote as `git clone --single-branch` leaves it, so that `git pull` goes on with the same branch or tag. After a commit or
// another ref a fetch gets all branches.
func origin(r clone.Repository, t target) section {
	refspec := allBranches
	switch t.kind {
	case clone.Branch:
		refspec = trackBranch(t.name)
	case clone.Tag:
		refspec = keepTag(t.name)
	}
	return section{name: "remote", sub: "origin", values: []setting{{"url", r.URL.String()}, {"fetch", refspec}}}
}

// Refspecs of fetches.
const (
	allBranches = "+refs/heads/*:refs/remotes/origin/*"
	allTags     = "+refs/tags/*:refs/tags/*"
)

func trackBranch(name string) string {
	return "+" + branchPrefix + name + ":refs/remotes/origin/" + name
}
func keepTag(name string) string { return "+" + tagPrefix + name + ":" + tagPrefix + name }

// checkoutOf is the command that writes the files, and what it writes.
func checkoutOf(t target) (start command, revision string) {
	switch t.kind {
	case clone.Branch:
		revision = "refs/remotes/origin/" + t.name
		return offline("checkout", "--progress", "--force", "-B", t.name, "--track", revision, "--"), revision
	case clone.Tag:
		revision = tagPrefix + t.name
	case clone.Commit:
		revision = t.name
	default:
		revision = "FETCH_HEAD"
	}
	return offline("checkout", "--progress", "--force", "--detach", revision, "--"), revision
}

// fetchWays are the ways to get what the target names. A server that speaks the dumb protocol gives whole histories only. One that
// gives only what refs point to leads to a commit by its branches and tags, deeper and deeper.
func fetchWays(r clone.Repository, t target) []way {
	wanted := t.name
	switch t.kind {
	case clone.Branch:
		wanted = trackBranch(t.name)
	case clone.Tag:
		wanted = keepTag(t.name)
	}
	ways := []way{{commands: []command{fetch(r.Depth, wanted)}}}
	if r.Depth > 0 {
		ways = append(ways, way{after: onlyWhole, commands: []command{fetch(0, wanted)},
			note: "the server speaks the dumb protocol, which has no depth: the whole history is fetched"})
	}
	if t.kind == clone.Commit {
		ways = append(ways, seekWays(r.Depth, t.name)...)
	}
	return ways
}

// deepenings are by how many commits every branch and tag is deepened until a commit is found. Each costs a round trip, and what
// is too much costs its transfer.
var deepenings = []int{50, 250, 1000, 5000}

func seekWays(depth int, commit string) []way {
	first := way{after: notAdvertised, commands: []command{fetch(depth, allBranches, allTags)}, seeks: commit,
		note: "the server gives only what branches and tags point to: the commit is looked for below them"}
	ways := []way{first}
	if depth == 0 {
		return ways
	}
	for _, by := range deepenings {
		ways = append(ways, way{after: notThereYet, seeks: commit, note: "not found yet: " + strconv.Itoa(by) + " commits deeper",
			commands: []command{deepen("--deepen="+strconv.Itoa(by), allBranches, allTags)}})
	}
	return append(ways, way{after: notThereYet, seeks: commit, note: "not found yet: the whole history is fetched",
		commands: []command{deepen("--depth="+strconv.Itoa(whole), allBranches, allTags)}})
}

// whole is the depth that stands for everything (git-fetch(1), --unshallow, which is an error where everything is there already).
const whole = 1<<31 - 1

func fetch(depth int, refspecs ...string) command {
	if depth == 0 {
		return deepen("", refspecs...)
	}
	return deepen("--depth="+strconv.Itoa(depth), refspecs...)
}

func deepen(option string, refspecs ...string) command {
	args := []string{"fetch", "--progress", "--no-recurse-submodules"}
	if option != "" {
		args = append(args, option)
	}
	return online(slices.Concat(args, []string{"origin"}, refspecs)...)
}
