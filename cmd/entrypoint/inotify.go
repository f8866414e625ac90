package main

import (
	"os"
	"path"
	"syscall"
	"unsafe"
)

// watcher tells that something changed in one of its directories. What changed it does not say: whoever is woken looks
// for himself, so that a lost, doubled or early event does no harm.
type watcher struct {
	instance *os.File
	fd       int
}

// What is watched. IN_MASK_ADD, because a directory can be watched for several reasons.
const (
	// arrivals are how a directory that does not exist yet, or the marker in one that does, appears; how a downward file
	// appears, when the kubelet renames the link ..data; and how a directory goes away to be replaced.
	arrivals = syscall.IN_CREATE | syscall.IN_MOVED_TO | syscall.IN_DELETE_SELF | syscall.IN_MOVE_SELF | syscall.IN_MASK_ADD
	// changes add the files that others write in place.
	changes = arrivals | syscall.IN_MODIFY | syscall.IN_CLOSE_WRITE
)

// eventBuffer holds the events of one read, in bytes. inotify(7): an event and its name take at most 272.
const eventBuffer = 4096

// openWatcher takes an inotify instance, and rings at each event. There are 128 of them per user by default, so it can fail
// with EMFILE.
func openWatcher(bell chan<- struct{}) (*watcher, error) {
	fd, err := syscall.InotifyInit1(syscall.IN_CLOEXEC | syscall.IN_NONBLOCK)
	if err != nil {
		return nil, err
	}
	w := &watcher{instance: os.NewFile(uintptr(fd), "inotify"), fd: fd}
	go w.read(bell)
	return w, nil
}

// read passes events on until the instance is closed.
func (w *watcher) read(bell chan<- struct{}) {
	events := make([]byte, eventBuffer)
	for {
		if _, err := w.instance.Read(events); err != nil {
			return
		}
		ring(bell)
	}
}

// cover watches a directory. Where it does not exist yet, as with the directory of a container that was not started, it
// watches the nearest one above it, which tells when to call cover again. Covering twice does no harm.
func (w *watcher) cover(directory string) error { return w.coverFor(changes, directory) }

func (w *watcher) coverFor(reasons uint32, directory string) error {
	for {
		errno := w.add(reasons, directory)
		if errno == 0 {
			return nil
		}
		if errno != syscall.ENOENT || directory == path.Dir(directory) {
			return errno
		}
		if err := w.coverFor(arrivals, path.Dir(directory)); err != nil {
			return err
		}
		var info syscall.Stat_t
		if stat(directory, &info) == syscall.ENOENT {
			return nil
		} // else it appeared in between, and nobody will tell again
	}
}

// add watches a directory that is there. As with [stat], Go's scheduler is not told: every tick covers what is missing again.
func (w *watcher) add(reasons uint32, directory string) syscall.Errno {
	name, err := syscall.BytePtrFromString(directory)
	if err != nil {
		return syscall.EINVAL // a name with a zero byte in it
	}
	_, _, errno := syscall.RawSyscall(syscall.SYS_INOTIFY_ADD_WATCH, uintptr(w.fd),
		uintptr(unsafe.Pointer(name)), uintptr(reasons)) //nolint:gosec // the kernel reads the name
	return errno
}

// close gives the instance back, in the background: the kernel takes some 20 ms for it, during which the thread that drops
// the last reference cannot be interrupted.
func (w *watcher) close() { go func() { _ = w.instance.Close() }() }
