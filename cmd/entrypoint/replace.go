package main

import (
	"syscall"
	"unsafe"

	"orderly.dev/mutate/contract"
)

// replace becomes the command, in this process. It returns only when the kernel refuses, with its error number, which
// [refused] explains, or with a stop that came before; nothing but an end of the process may follow then. The command starts with
// every signal at its default and none blocked, and its first argument is the command as the user wrote it.
//
// No stop is lost on the way. A handler would lose one that it takes while execve(2) ends the threads which are to tell of it. So the
// signals are at their default first, where the kernel itself ends the process, and then comes the last look for what was caught
// before. Only for PID 1 the kernel drops a signal that is at its default: from here on it is as if the runtime had started
// the command itself, which as PID 1 is deaf, too, until it catches signals. To block them would not help: the
// command would have to unblock them.
func replace(file string, o contract.Options, env []string, caught signals) (stop syscall.Signal, err error) {
	onFirstThread(func() {
		forgetSignals()
		reapOrphans()
		if stop = caught.firstOf(caught.endsWait); stop == 0 {
			err = syscall.Exec(file, append([]string{o.Entrypoint}, o.Args...), env)
		}
	})
	return stop, err
}

// forgetSignals sets signals to their default. SIGPIPE, which is caught, is left to the kernel, which does so at execve(2): it must not end
// a wrapper that complains because there is no command.
func forgetSignals() {
	for n := syscall.Signal(1); n < numbered; n++ {
		if n != syscall.SIGPIPE {
			setAction(n, &action{}, nil)
		}
	}
}

const (
	// signalSet is the size of the kernel's set of signals, in bytes.
	signalSet = 8
	// How sigprocmask(2) changes what is blocked: SIG_BLOCK, SIG_UNBLOCK and SIG_SETMASK, which package syscall does not name.
	blockMask   = 0
	unblockMask = 1
	setMask     = 2
)

// maskSignals changes which signals are blocked on this thread. Bit n-1 of the set is signal n.
func maskSignals(how uintptr, set uint64) {
	_, _, _ = syscall.RawSyscall6(syscall.SYS_RT_SIGPROCMASK, how,
		uintptr(unsafe.Pointer(&set)), 0, signalSet, 0, 0) //nolint:gosec // the kernel reads 8 bytes
}
