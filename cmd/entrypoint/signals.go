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

// catchSignals catches the end of children and all that is handed on. What is blocked from the start would not be caught, so this
// thread, which the kernel asks first, unblocks it all; its command then has none blocked either.
func catchSignals() signals {
	s := signals{bell: make(chan struct{}, 1)}
	handle(append(forwarded(), syscall.SIGCHLD))
	maskSignals(setMask, 0)
	go listen(s.bell)
	return s
}

// withStop takes note of a stop signal other than the usual ones.
func (s signals) withStop(stop syscall.Signal) signals {
	s.stop = stop
	return s
}

// forwarded lists the signals that are handed on to the command. Go's runtime sends SIGURG to itself to switch
// goroutines, so it can tell nothing; KILL and STOP cannot be caught. SIGPROF, which Go's profiler would need, and 32 to 34, which C
// libraries keep for themselves, are the command's here, as all others.
func forwarded() []syscall.Signal {
	var list []syscall.Signal
	for n := syscall.Signal(1); n < numbered; n++ {
		switch n {
		case syscall.SIGKILL, syscall.SIGSTOP, syscall.SIGCHLD, syscall.SIGURG:
		default:
			list = append(list, n)
		}
	}
	return list
}

// take returns the signals that have arrived since it was last called, but SIGCHLD, each once, in the order of their numbers. SIGCONT
// comes last: whether it came before or after one that stops is not known, and a command that runs is better than one that
// waits for a SIGCONT that it was sent.
func (s signals) take() []syscall.Signal {
	const child, cont = 1 << (syscall.SIGCHLD - 1), 1 << (syscall.SIGCONT - 1)
	set := arrived.Swap(0) &^ child
	var list []syscall.Signal
	for rest := set &^ cont; rest != 0; rest &= rest - 1 {
		list = append(list, syscall.Signal(bits.TrailingZeros64(rest)+1))
	}
	if set&cont != 0 {
		list = append(list, syscall.SIGCONT)
	}
	return list
}

// keep leaves a signal that was taken for whoever looks next.
func (s signals) keep(n syscall.Signal) { arrived.Or(1 << (n - 1)) }

// stops reports whether a signal stops a step from outside.
func (s signals) stops(n syscall.Signal) bool {
	return n == syscall.SIGTERM || n == syscall.SIGINT || n == syscall.SIGQUIT || n == s.stop
}

// endsWait reports whether a signal ends the wrapper while it waits: every one that would end a process by default, and its stop
// signal.
func (s signals) endsWait(n syscall.Signal) bool {
	switch n {
	case s.stop:
		return true
	case syscall.SIGWINCH, syscall.SIGCONT, syscall.SIGTSTP, syscall.SIGTTIN, syscall.SIGTTOU:
		return false
	}
	return true
}

// endsAfter reports which signals keep the next attempt from starting after so many: before the first the container waits, later what
// does not stop the step is only handed on.
func (s signals) endsAfter(attempts int) func(syscall.Signal) bool {
	if attempts == 0 {
		return s.endsWait
	}
	return s.stops
}

// pending returns the first signal that counts and has arrived but was not yet looked at, or 0. The kernel gives a signal to the first
// thread, which gets it before it does anything else.
func (s signals) pending(counts func(syscall.Signal) bool) syscall.Signal {
	onFirstThread(reapOrphans)
	return s.firstOf(counts)
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
