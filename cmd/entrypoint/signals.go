package main

import (
	"os"
	"os/signal"
	"syscall"
)

// signals is everything that arrives from the kernel. SIGCHLD has a channel of its own, of length one: it says only
// that someone ended, so that one waiting stands for any number of them, and no flood of others can push it out.
type signals struct {
	children chan os.Signal
	others   chan os.Signal
	// stop is the container's own stop signal, -stop_signal; 0 for none beside the usual ones.
	stop syscall.Signal
}

// numbered is one past the highest signal number of Linux.
const numbered = 65

// maxPending bounds the signals that wait to be handed on. The kernel keeps one of each number; twice as many
// as there are numbers leaves room for a burst during the fork.
const maxPending = 2 * numbered

// catchSignals catches the end of children, what stops a step, and what people send to their programs.
func catchSignals() signals {
	s := signals{children: make(chan os.Signal, 1), others: make(chan os.Signal, maxPending)}
	signal.Notify(s.others, syscall.SIGTERM, syscall.SIGINT, syscall.SIGQUIT,
		syscall.SIGHUP, syscall.SIGUSR1, syscall.SIGUSR2)
	signal.Notify(s.children, syscall.SIGCHLD)
	return s
}

// withStop takes note of a stop signal other than the usual ones, and catches it.
func (s signals) withStop(stop syscall.Signal) signals {
	if stop != 0 {
		s.stop = stop
		signal.Notify(s.others, stop)
	}
	return s
}

// catchAll catches all the others too. It comes later, before the wrapper sleeps or once the command has been started,
// because each signal costs the runtime a switch between two threads, and these fifty together more than all else that
// is done before the start. In that millisecond they do to the wrapper what they do to any program that has just begun.
func (s signals) catchAll() { signal.Notify(s.others, forwarded()...) }

// forwarded lists the signals that are handed on to the command. Go's runtime sends SIGURG to itself to switch
// goroutines, so it can tell nothing, and keeps SIGPROF for its profiler; KILL and STOP cannot be caught, 32 to 34 belong to
// C libraries.
func forwarded() []os.Signal {
	var list []os.Signal
	for n := syscall.Signal(1); n < numbered; n++ {
		switch n {
		case syscall.SIGKILL, syscall.SIGSTOP, syscall.SIGCHLD, syscall.SIGURG, syscall.SIGPROF, 32, 33, 34:
		default:
			list = append(list, n)
		}
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

// number turns what os/signal delivers, which on Linux is always a syscall.Signal, back into it.
func number(s os.Signal) syscall.Signal {
	n, _ := s.(syscall.Signal)
	return n
}

// pendingStop returns a signal that ends the wait and has arrived but was not yet looked at, or 0. On its way into the
// channel a signal passes a thread and a goroutine of the runtime, so an empty channel does not mean that none
// has arrived. The process therefore sends itself a SIGCHLD, which takes the same way and comes behind those with
// a lower number, and looks when that has come through.
func (s signals) pendingStop() syscall.Signal {
	select {
	case <-s.children:
	default:
	}
	if syscall.Kill(syscall.Getpid(), syscall.SIGCHLD) == nil {
		<-s.children
	}
	reapOrphans()
	for {
		select {
		case caught := <-s.others:
			if s.endsWait(number(caught)) {
				return number(caught)
			}
		default:
			return 0
		}
	}
}
