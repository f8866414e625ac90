package main

import (
	"os"
	"syscall"
	"time"
	"unsafe"
)

// alarm rings at a set time. It is the kernel's own timer, timerfd_create(2), because one of Go's also wakes the thread that watches
// over its runtime, which looks around some five times before it sleeps again.
type alarm struct {
	file *os.File
	fd   int
	// spare is used where the kernel gives no timer, nil otherwise.
	spare *time.Timer
}

// monotonic is CLOCK_MONOTONIC of clock_gettime(2), which package syscall does not name.
const monotonic = 1

// newAlarm is not set.
func newAlarm(bell chan<- struct{}) *alarm {
	fd, _, errno := syscall.RawSyscall(syscall.SYS_TIMERFD_CREATE, monotonic, syscall.O_CLOEXEC|syscall.O_NONBLOCK, 0)
	if errno == 0 {
		a := &alarm{file: os.NewFile(fd, "alarm"), fd: int(fd)}
		if raw, err := a.file.SyscallConn(); err == nil {
			go a.listen(raw, bell)
			return a
		}
	}
	return spareAlarm(bell)
}

// spareAlarm is one of Go's.
func spareAlarm(bell chan<- struct{}) *alarm {
	a := &alarm{spare: time.AfterFunc(time.Hour, func() { ring(bell) })}
	a.spare.Stop()
	return a
}

// listen rings whenever the time has come, for ever. The read does not tell Go's scheduler either, see [stat]. Where Go cannot wait
// for the timer together with all else, because a user's watches are used up (epoll(7)), a thread of its own does.
func (a *alarm) listen(raw syscall.RawConn, bell chan<- struct{}) {
	var times [8]byte // how often the time has come
	_ = raw.Read(func(uintptr) (done bool) {
		_, _, errno := syscall.RawSyscall(syscall.SYS_READ, uintptr(a.fd),
			uintptr(unsafe.Pointer(&times)), uintptr(len(times))) //nolint:gosec // the kernel writes a number
		if errno == 0 {
			ring(bell)
		}
		return false
	})
	_ = syscall.SetNonblock(a.fd, false)
	for {
		switch _, err := syscall.Read(a.fd, times[:]); err {
		case nil:
			ring(bell)
		case syscall.EINTR:
		default:
			return
		}
	}
}

// set makes it ring once, after d, whatever it was set to before; 0 makes it silent.
func (a *alarm) set(d time.Duration) {
	if a.spare != nil {
		a.spare.Stop()
		if d > 0 {
			a.spare.Reset(d)
		}
		return
	}
	// The kernel's struct itimerspec: how often after the first time, and when that is.
	at := [2]syscall.Timespec{1: syscall.NsecToTimespec(int64(d))}
	_, _, _ = syscall.RawSyscall6(syscall.SYS_TIMERFD_SETTIME, uintptr(a.fd), 0,
		uintptr(unsafe.Pointer(&at)), 0, 0, 0) //nolint:gosec // the kernel reads it
}
