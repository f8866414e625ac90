package main

import (
	"runtime"
	"sync/atomic"
	"syscall"
	"unsafe"
)

// The signal handler. Package os/signal has one, but for each signal that it is to catch two threads of Go's runtime have to take
// turns, which for all of them takes as long as everything else that the wrapper does before it starts its command; so some would
// have to be caught late, and would be lost until then. And what it has caught passes another goroutine before it can be seen. This
// handler does no more than any may: it sets a bit, adds one to a count, and wakes who waits for that (futex(2)).

// arrived has bit n-1 set when signal n has arrived since it was last looked at. The handler sets it.
var arrived atomic.Uint64

// rings counts what has arrived, so that who waits for it cannot miss it. The handler adds to it.
var rings atomic.Uint32

// faults are Go's own handlers of what a program does wrong itself, by signal. The handler leaves to them what the kernel sends; they
// turn it into a panic. What people send is a signal like others.
var faults [numbered]uintptr

// handlers returns where the handler and what it returns to lie, in the assembly of this machine. The latter is 0 where the kernel
// has one.
func handlers() (handler, restorer uintptr)

// action is the kernel's struct sigaction. The zero value is the default, SIG_DFL.
type action struct {
	handler  uintptr
	flags    uint64
	restorer uintptr
	mask     uint64
}

// Flags of an action, which package syscall does not name: SA_SIGINFO, SA_RESTORER, SA_ONSTACK (Go's stacks are too small for a
// handler, so each of its threads has another one for that) and SA_RESTART.
const (
	withInfo     = 0x4
	withRestorer = 0x04000000
	ownStack     = 0x08000000
	goOn         = 0x10000000
)

// handle catches signals, with all others held back while it does.
func handle(list []syscall.Signal) {
	ours := action{flags: withInfo | ownStack | goOn, mask: ^uint64(0)}
	ours.handler, ours.restorer = handlers()
	if ours.restorer != 0 {
		ours.flags |= withRestorer
	}
	for _, n := range list {
		switch n {
		case syscall.SIGILL, syscall.SIGTRAP, syscall.SIGBUS, syscall.SIGFPE, syscall.SIGSEGV, syscall.SIGSYS:
			var gos action
			setAction(n, nil, &gos)
			faults[n] = gos.handler
		}
		setAction(n, &ours, nil)
	}
}

// setAction sets what a signal does, unless that is nil, and tells what it did before, unless that is nil.
func setAction(n syscall.Signal, to, before *action) {
	_, _, _ = syscall.RawSyscall6(syscall.SYS_RT_SIGACTION, uintptr(n),
		uintptr(unsafe.Pointer(to)),     //nolint:gosec // the kernel reads an action
		uintptr(unsafe.Pointer(before)), //nolint:gosec // the kernel writes an action
		signalSet, 0, 0)
}

// futexWait is FUTEX_WAIT with FUTEX_PRIVATE_FLAG of futex(2), which package syscall does not name.
const futexWait = 128

// listen rings the bell for whatever arrives, for ever.
func listen(bell chan<- struct{}) {
	for heard := uint32(0); ; {
		if now := rings.Load(); now != heard {
			heard = now
			ring(bell)
			runtime.Gosched() // whoever heard it goes first: the next call keeps the only thread that may run for a while
			continue
		}
		_, _, _ = syscall.Syscall6(syscall.SYS_FUTEX, uintptr(unsafe.Pointer(&rings)), //nolint:gosec // the kernel compares it
			futexWait, uintptr(heard), 0, 0, 0)
	}
}
