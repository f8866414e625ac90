package main

import (
	"sync/atomic"
	"syscall"
)

// guard waits for the end of whoever holds a lock. It does so in a system call that blocks, on a thread of its own, which the kernel
// wakes within a fraction of a millisecond: the cheapest way to wait that there is, and one that needs no inotify instance.
type guard struct {
	fd   int
	file syscall.Stat_t
	free atomic.Bool
}

// openGuard looks at a lock, and rings when its holder has gone. It returns nil where there is no lock.
func openGuard(file string, bell chan<- struct{}) *guard {
	var there syscall.Stat_t
	if lstat(file, &there) != 0 { // costs less than to open in vain, tick by tick
		return nil
	}
	fd, err := syscall.Open(file, syscall.O_RDONLY|syscall.O_CLOEXEC|syscall.O_NONBLOCK|syscall.O_NOFOLLOW, 0)
	if err != nil {
		return nil
	}
	g := &guard{fd: fd}
	if syscall.Fstat(fd, &g.file) != nil || !isRegular(g.file) {
		g.close()
		return nil
	}
	if syscall.Flock(fd, syscall.LOCK_SH|syscall.LOCK_NB) == nil {
		g.free.Store(true)
		return g
	}
	go g.wait(bell)
	return g
}

// wait shares the lock with all others who wait for it.
func (g *guard) wait(bell chan<- struct{}) {
	for {
		err := syscall.Flock(g.fd, syscall.LOCK_SH)
		if err == nil {
			break
		}
		if err != syscall.EINTR {
			return // no lock can be had on this file system: the tick and the marker remain
		}
	}
	g.free.Store(true)
	ring(bell)
}

// holds reports whether the lock of that name is still the one that is guarded. The file that is open keeps its number from being
// given to another.
func (g *guard) holds(file string) bool {
	var now syscall.Stat_t
	errno := lstat(file, &now)
	return errno == syscall.ENOENT || errno == 0 && now.Ino == g.file.Ino && now.Dev == g.file.Dev
}

// close must not be called while the guard waits.
func (g *guard) close() { _ = syscall.Close(g.fd) }

// ring tells that there is a reason to look. The bell holds one word: any number of rings between two looks are one reason.
func ring(bell chan<- struct{}) {
	select {
	case bell <- struct{}{}:
	default:
	}
}
