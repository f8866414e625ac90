// Gitclone puts a Pod's repositories in place before its steps run. It is the init container contract.CloneContainer; which repositories there are
// is its only argument, an order of package mutate/contract/clone, which admission wrote and which it judges again.
//
//	gitclone ORDER              clones what the order says, in parallel, four at a time
//	gitclone -root DIR ORDER    the same with all paths of mutate/contract below DIR, for tests
//
// # What it does
//
// For each repository it asks the server for its refs, decides from the answer what git has to do, and lets git do it: a plan without any I/O
// (plan.go and what it uses) and a runner (process.go). The tree is made where nobody looks and moved to its place when it is complete, in one step
// (record.go, place.go). However often it is killed and started again, the result is the same, and what is in its place already is never touched: after
// a reboot of the node the steps' files are there.
//
// The directories ("the workspace") belong to everybody: the umask is 0, because steps may run as other users. A repository whose path is in another
// one's waits for that. HEAD is on the branch with its upstream as after `git clone --single-branch`, or detached for tags, commits and
// other refs. Files of git-lfs are fetched where the image has it, and stay pointers elsewhere.
//
// # Credentials
//
// What lies in a repository's Secret is recognised by its keys (credentials.go, key.go). It is copied into memory, where git and ssh find it by their
// configuration, each repository's apart; nothing of it gets into an argument, an address, the environment, or what stays behind. It is sent to the
// repository's own scheme, host and port only, also for its submodules and when a server redirects. Git runs without the configuration of the
// machine, hooks, templates and prompts, and with no other schemes than https, http, ssh and git.
//
// # How it ends
//
// 0 when all is in its place: then the variables for the steps are in contract.CloneEnvFile, and the termination message is the report for the
// companion loop. 1 when a repository cannot be cloned: the message says for each which one, what git said, and what to do. 125 for an order that
// cannot be read, 128+n when it was stopped by signal n. A server that cannot be reached is asked again three times; what would fail again is not. When
// one repository has failed the others have ten seconds to end by themselves, because many fail together. A git that says nothing for five
// minutes, or for one before the server's first word, is ended and tried again.
//
// The log has git's progress, a line for each tenth of a phase; each line begins with the path of its repository.
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"orderly.dev/mutate/contract"
)

const usage = "usage: gitclone [-root DIR] ORDER\n"

func main() {
	args, root := os.Args[1:], "/"
	if len(args) == 3 && args[0] == "-root" && filepath.IsAbs(args[1]) {
		root, args = args[1], args[2:]
	}
	switch {
	case len(args) != 1:
		fmt.Fprint(os.Stderr, usage)
		os.Exit(contract.ExitWrapper)
	case args[0] == "-h" || args[0] == "--help":
		fmt.Print(usage)
	default:
		os.Exit(execute(context.Background(), root, args[0], os.Stderr))
	}
}
