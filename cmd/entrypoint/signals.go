package main

import (
	"math/bits"
	"syscall"
)

// signals is everything that arrives from the kernel.
type signals struct {
	// bell is rung when something has arrived, the end of a child among others. It holds one word, so that no flood can fill it: what
	// has arrived is asked of take, of children the kernel.
	bell chan struct{}
	// stop is the container's own stop signal, -stop_signal; 0 for none beside the usual ones.
	stop syscall.Signal
}

// numbered is one past the highest signal number of Linux.
const numbered = 65

// catchSignals catches the end of children and all that is handed on.
func catchSignals() signals {
	s := signals{bell: make(chan struct{}, 1)}
	handle(append(forwarded(), syscall.SIGCHLD))
	go listen(s.bell)
	return s
}

// withStop takes note of a stop signal other than the usual ones.
func (s signals) withStop(stop syscall.Signal) signals {
	s.stop = stop
	return s
}

// forwarded lists the signals that are handed on to the command. Go's runtime sends SIGURG to itself to switch
// goroutines, so it can tell nothing, and keeps SIGPROF for its profiler; KILL and STOP cannot be caught, 32 to 34 belong to
// C libraries.
func forwarded() []syscall.Signal {
	var list []syscall.Signal
	for n := syscall.Signal(1); n < numbered; n++ {
		switch n {
		case syscall.SIGKILL, syscall.SIGSTOP, syscall.SIGCHLD, syscall.SIGURG, syscall.SIGPROF, 32, 33, 34:
		default:
			list = append(list, n)
		}
	}
	return list
}

// take returns the signals that have arrived since it was last called, but SIGCHLD, each once, in the order of their numbers.
func (s signals) take() []syscall.Signal {
	var list []syscall.Signal
	for set := arrived.Swap(0) &^ (1 << (syscall.SIGCHLD - 1)); set != 0; set &= set - 1 {
		list = append(list, syscall.Signal(bits.TrailingZeros64(set)+1))
	}
	return list
}

// stops reports whether a signal stops a step from outside.
func (s signals) stops(n syscall.Signal) bool {
	return n == syscall.SIGTERM || n == syscall.SIGINT || n == syscall.SIGQUIT || n == s.stop
}

// endsWait reports whether a signal ends the wrapper while it waits: every one that would end a process by
// default, but SIGPIPE, which the wrapper can cause itself by complaining to a reader that has gone; and its stop signal.
func (s signals) endsWait(n syscall.Signal) bool {
	switch n {
	case s.stop:
		return true
	case syscall.SIGPIPE, syscall.SIGWINCH, syscall.SIGCONT, syscall.SIGTSTP, syscall.SIGTTIN, syscall.SIGTTOU:
		return false
	}
	return true
}

// pendingStop returns a signal that ends the wait and has arrived but was not yet looked at, or 0. The kernel gives a signal to the
// first thread, which gets it before it does anything else.
func (s signals) pendingStop() syscall.Signal {
	onFirstThread(reapOrphans)
	return s.firstOf(s.endsWait)
}

// firstOf takes what has arrived, and returns the first signal that counts, or 0.
func (s signals) firstOf(counts func(syscall.Signal) bool) syscall.Signal {
	for _, n := range s.take() {
		if counts(n) {
			return n
		}
	}
	return 0
}
