// Entrypoint runs in front of a container's command. It waits until it is the container's turn, runs the command as
// if it were not there, and says how it ended. All flags are listed in mutate/contract.
//
//	entrypoint [flags] -entrypoint CMD -- ARGS…
//	entrypoint install DST                         copies itself, in one step, mode 0555
//	entrypoint probe -started F -- CMD ARGS…       exits 0 until F is there, then becomes CMD
//
// # Before the command
//
// A container waits until every -ready_file is not empty, every -socket may be read and written, every -file is there,
// every -tcp takes connections, and every step of -wait_file has ended: its F is there (it and all before it went well), or
// F.err (something did not), or its lock is free without either (it was killed), or -dead_file names it. Then -run_if
// decides. -cancel_file and a failed -sibling_file end the wait at once, and so does -wait_timeout while only gates are
// missing. Each -template becomes a file, each -env_file adds variables that the container does not set, and -started is made.
//
// # Steps, sidecars, and all others
//
// With -post_file the container is a step. Its marker, one line of JSON in F or F.err, says how it ended, and is final:
// a wrapper that finds its own does not run the command and exits as the marker says. With -restartable only an exit 0 leaves
// one. A command that fails is run again -retries times, after 1 s, 2 s, 4 s, … at most 1 min; -on_error continue heals its failure.
// With -stop_file it is a sidecar: its command starts after its own gates, and is ended when all those steps have ended. Then the
// container exits 0, whatever the command made of it; started again it does so at once. With -stop_by kubelet the files count
// at the start only. A container that only waits is replaced by its command, so that nothing of the wrapper is left.
//
// # Ends
//
// TERM, INT, QUIT and -stop_signal stop a step: its command never starts, or gets the signal and has not succeeded even if it exits
// 0. So do, while waiting, other signals that would end a process. While the command runs all signals but CHLD, and URG, which
// Go's runtime keeps, are handed on to its group. What takes longer than -timeout, is cancelled or has a sibling that
// failed gets -stop_signal, after -grace (30s) SIGKILL, and leaves no process behind. Orphans are reaped, PID 1 or not.
// With -restartable a step that was cancelled exits only when it is stopped, after a minute at the latest: it would be started again.
// Exit codes are the command's own, 128+n when it died of signal n; or 0 skipped, 121 cancelled, 124 out of time, 125 bad flags or
// what the wrapper cannot do, 126 not executable, 127 not found, 128+n stopped by signal n while waiting, 143 a step before was stopped.
//
// # Output
//
// Nothing is printed but problems and, after 30 s, what is waited for. Streams, environment, working directory, umask and limits
// are the command's as the runtime gave them, every signal is at its default and none is blocked; only a stream that was closed is
// /dev/null for the command, because Go opens it as that before main, and it cannot be told from one that the runtime gave. With
// -log_prefix each line of both outputs follows the prefix. The last line of -termination_path is "orderly:", the marker, and the
// -results that fit into -report_bytes.
//
// # How it is made
//
// One goroutine decides everything. It sleeps in a select over signals, locks, inotify and an alarm, then looks at the files
// again; no event is trusted to say what happened. The first thread takes the signals and starts the command, and does nothing else.
// The pure parts (judge.go, ending.go, prefixer.go, …) take values and give values, all else acts. Only the standard library is used,
// without fmt, net, os/signal and their kin, because the wrapper is put in front of every container: its size and start-up time are
// paid each time. Nor need the runtime watch how much CPU the container has.
//
//go:debug updatemaxprocs=0
package main

import (
	"os"
	"runtime"
)

// The main goroutine keeps the first thread: see [onFirstThread]. And one thread at a time runs Go code, or for each goroutine that goes
// on the runtime would wake a second thread to look for more to do, which a wrapper that waits never has.
func init() {
	runtime.LockOSThread()
	runtime.GOMAXPROCS(1)
}

func main() {
	caught := catchSignals() // first, so that no stop is lost
	go func() { os.Exit(dispatch(os.Args[1:], caught)) }()
	for do := range firstThread {
		do()
	}
}
