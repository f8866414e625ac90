package main

import (
	"errors"
	"syscall"
)

// The dead-man's lock. The wrapper of a step holds it from its first act until its marker is published or it is dead: the kernel
// releases it however the wrapper dies. Each life of a container has a lock of its own, a new file that takes the name
// of the old one in one step, so that nobody ever sees it unlocked while its holder lives, and whoever waits for an old one keeps
// no new wrapper from taking its own. It is never removed.

// lock is a lock that is held.
type lock struct{ fd int }

// takeLock makes a lock, takes it and gives it its name. Every user may open it and wait for it.
func takeLock(file string) (lock, error) {
	temporary := temporaryFor(file)
	fd, err := syscall.Open(temporary, syscall.O_WRONLY|syscall.O_CREAT|syscall.O_EXCL|syscall.O_CLOEXEC, markerMode)
	if err != nil {
		return lock{}, errors.New("creating " + temporary + ": " + err.Error())
	}
	err = syscall.Fchmod(fd, markerMode) // whatever the umask took
	if err == nil {
		err = syscall.Flock(fd, syscall.LOCK_EX|syscall.LOCK_NB)
	}
	if err == nil {
		err = syscall.Rename(temporary, file)
	}
	if err != nil {
		_ = syscall.Unlink(temporary)
		_ = syscall.Close(fd)
		return lock{}, errors.New("taking the lock " + file + ": " + err.Error())
	}
	return lock{fd}, nil
}

// release lets those who wait go on now rather than when the wrapper has exited. It must come after the marker. A mere close would
// not do: a command that is just being forked may hold a copy.
func (l lock) release() { _ = syscall.Flock(l.fd, syscall.LOCK_UN) }
