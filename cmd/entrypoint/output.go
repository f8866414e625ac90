package main

import "syscall"

// All output of the wrapper goes through this file. The rules: only on standard error, only when something is wrong or has
// taken long, one line per problem, "entrypoint: message", no capital, no full stop, and a hint where a user can do something.

// complain prints a problem. A standard error that cannot be written to is nobody's problem but its reader's: one that takes nothing
// holds the wrapper up for [stalledTime], and one that has gone does not send it a signal that counts.
func complain(problem string) {
	if !awaitWritable(syscall.Stderr, stalledTime) {
		return
	}
	if _, err := syscall.Write(syscall.Stderr, []byte("entrypoint: "+problem+"\n")); err == syscall.EPIPE {
		arrived.And(^uint64(1 << (syscall.SIGPIPE - 1)))
	}
}
