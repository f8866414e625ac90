// Entrypoint runs in front of a container's command. It waits until it is the container's turn, runs the command as
// if it were not there, and says how it ended.
//
//	entrypoint [flags] -entrypoint CMD -- ARGS…
//	entrypoint install DST
//
// # A step
//
// With -post_file the container is a step. It waits until every -ready_file is not empty and every step of -wait_file
// has ended, that is, until its file F is there (it and everything before it went well) or F.err (something did not). It
// then runs its command if all went well, is skipped if something failed, and ends like the step before it if that
// one was stopped from outside. What it decided and how its command ended is the marker, one line of JSON in its own
// -post_file or, where something did not go well, in -post_file.err, which is empty where the marker cannot be written.
// A marker is final: a wrapper that finds its own does not run the command and exits as the marker says. With -restartable
// a failed container is started again, so only an exit 0 leaves a marker. Its line also ends -termination_path, behind "orderly:".
//
// # A sidecar
//
// With -stop_file the container is a sidecar. Its command starts at once, after its own gates. When all steps of
// -stop_file have ended, the command's process group gets SIGTERM, after -grace (default 30s) SIGKILL, and the
// container exits 0, whatever the command made of it. Started again after that, it exits 0 at once.
//
// # Signals
//
// TERM, INT and QUIT stop a step: one that waits never starts its command, one that runs gets the signal and, even
// if it then exits 0, has not succeeded: its reason is Terminated and its exit code is not 0. So do, while waiting,
// other signals that would end a process. While the command runs all signals but CHLD, and URG and PROF, which Go's
// runtime keeps, are handed on to its process group. The command starts with every signal at its default, those that
// were ignored before included. Orphans are reaped, whether the wrapper is PID 1 or not.
//
// # Exit codes
//
// The command's own pass through, 128+n when it died of signal n. The wrapper's are: 0 skipped, 121 cancelled, 125 bad
// flags or a marker that cannot be written, 126 the command cannot be executed, 127 it does not exist, 128+n stopped by
// signal n while waiting, 143 a step before it was stopped. Nothing is printed unless something is wrong. Standard
// input, output and error, the environment, the working directory and the umask are the command's as the runtime gave them.
//
// # How it is made
//
// One goroutine decides everything. It sleeps in a select over signals, inotify and a timer, then looks at
// the files again; no event is trusted to say what happened. The pure parts (judge.go, ending.go, pace.go) take values
// and give values, all else acts. Only the standard library is used, without fmt and its kin, because the wrapper is
// put in front of every container and its size and start-up time are paid each time. The runtime need not watch,
// every second, how much CPU the container has: the wrapper sleeps.
//
//go:debug updatemaxprocs=0
package main

import (
	"os"
	"runtime"

	"orderly.dev/mutate/contract"
)

// The one goroutine keeps the first thread for itself. Linux gives a signal to the first thread, and SIGCHLD to the
// one that forked, even while it hangs in a system call that cannot be interrupted and another thread is idle; so
// nothing that may hang (see [watcher.close]) may ever run there.
func init() { runtime.LockOSThread() }

func main() {
	caught := catchSignals() // first, so that no stop is lost
	os.Exit(dispatch(os.Args[1:], caught))
}

// dispatch does what the words of the command line ask for and returns the exit code.
func dispatch(words []string, caught signals) int {
	if len(words) > 0 && words[0] == installCommand {
		return install(words[1:])
	}
	options, problems := contract.ParseOptions(words)
	switch {
	case len(problems) > 0:
		return refuse(options, problems)
	case options.PostFile != "":
		return step{options, caught}.live()
	default:
		return sidecar{options, caught}.live()
	}
}
