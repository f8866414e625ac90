package main

import (
	"math"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"
)

// progress counts the bytes that were written.
type progress = atomic.Int64

// sink is where a stream goes.
type sink struct {
	fd int
	// whole is held during a write, so that what two streams write into the same file does not mix within a line.
	whole  *sync.Mutex
	passed *progress
}

// write writes all of text, however long the reader takes. Where nobody reads any more it is dropped: whoever wrote it must not
// be kept from its work.
func (s sink) write(text []byte) {
	if len(text) == 0 {
		return
	}
	s.whole.Lock()
	defer s.whole.Unlock()
	for len(text) > 0 {
		n, err := syscall.Write(s.fd, text)
		switch err {
		case nil:
			s.passed.Add(int64(n))
			text = text[n:]
		case syscall.EINTR:
		case syscall.EAGAIN: // somebody who has the same file made it non-blocking
			awaitWritable(s.fd, forever)
		default:
			return
		}
	}
}

// pollOut is POLLOUT of poll(2), which package syscall does not name.
const pollOut = 4

// forever is a time to wait that is never over.
const forever time.Duration = math.MaxInt64

// awaitWritable returns when a descriptor takes bytes, or has an error; false if that took too long.
func awaitWritable(fd int, limit time.Duration) bool {
	polled := struct {
		fd              int32
		events, revents int16
	}{fd: int32(fd), events: pollOut}
	bound := syscall.NsecToTimespec(int64(limit)) // where a signal interrupts, the kernel leaves there what is left
	for {
		n, _, errno := syscall.Syscall6(syscall.SYS_PPOLL, uintptr(unsafe.Pointer(&polled)), 1, //nolint:gosec // one struct pollfd
			uintptr(unsafe.Pointer(&bound)), 0, 0, 0) //nolint:gosec // one struct timespec
		if errno != syscall.EINTR {
			return n > 0
		}
	}
}

// lockThreadForWriting keeps the calling goroutine on a thread of its own, which ends with it, where writing to a reader that has
// gone is an error and not a signal, and where the terminal may be written to from the background, as the command may that has it.
func lockThreadForWriting() {
	runtime.LockOSThread()
	maskSignals(blockMask, 1<<(syscall.SIGPIPE-1)|1<<(syscall.SIGTTOU-1))
}
