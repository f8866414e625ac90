package main

import (
	"syscall"
	"unsafe"

	"orderly.dev/mutate/contract"
)

// replace becomes the command, in this process. It returns only when the kernel refuses, with its error number, which
// [refused] explains; nothing but an end of the process may follow then. The command starts with every signal at its default and
// none blocked, and its first argument is the command as the user wrote it.
func replace(file string, o contract.Options, env []string) error {
	forgetSignals()
	return syscall.Exec(file, append([]string{o.Entrypoint}, o.Args...), env)
}

// forgetSignals sets all signals to their default, and unblocks them on this thread. Of a handler the kernel would do so at
// execve(2), but not of a signal that was ignored from the start and that Go leaves alone.
func forgetSignals() {
	var byDefault [4]uint64 // the kernel's struct sigaction: handler, flags, restorer, mask; all zero is SIG_DFL
	for n := uintptr(1); n < numbered; n++ {
		_, _, _ = syscall.RawSyscall6(syscall.SYS_RT_SIGACTION, n,
			uintptr(unsafe.Pointer(&byDefault)), 0, signalSet, 0, 0) //nolint:gosec // the kernel reads 32 bytes
	}
	maskSignals(setMask, 0)
}

const (
	// signalSet is the size of the kernel's set of signals, in bytes.
	signalSet = 8
	// blockMask and setMask are SIG_BLOCK and SIG_SETMASK of sigprocmask(2), which package syscall does not name.
	blockMask = 0
	setMask   = 2
)

// maskSignals changes which signals are blocked on this thread. Bit n-1 of the set is signal n.
func maskSignals(how uintptr, set uint64) {
	_, _, _ = syscall.RawSyscall6(syscall.SYS_RT_SIGPROCMASK, how,
		uintptr(unsafe.Pointer(&set)), 0, signalSet, 0, 0) //nolint:gosec // the kernel reads 8 bytes
}
