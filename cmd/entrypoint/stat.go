package main

import (
	"syscall"
	"unsafe"
)

// Values of fstatat(2), which package syscall does not name.
const (
	workingDirectory = -100  // AT_FDCWD
	notThrough       = 0x100 // AT_SYMLINK_NOFOLLOW
)

// stat and lstat are those of package syscall, but do not tell Go's scheduler about the call. It would wake a thread of its own each
// time, to see whether the call hangs, which makes most of what a waiting wrapper costs. These calls do not hang: the files lie
// on the Pod's own volumes, and while one did, the goroutine that decides everything would be held up in either case.
func stat(file string, info *syscall.Stat_t) syscall.Errno { return statAt(file, info, 0) }

func lstat(file string, info *syscall.Stat_t) syscall.Errno { return statAt(file, info, notThrough) }

func statAt(file string, info *syscall.Stat_t, flags uintptr) syscall.Errno {
	name, err := syscall.BytePtrFromString(file)
	if err != nil {
		return syscall.ENOENT // a name with a zero byte in it
	}
	for {
		at := workingDirectory
		_, _, errno := syscall.RawSyscall6(sysStat, uintptr(at),
			uintptr(unsafe.Pointer(name)), //nolint:gosec // the kernel reads the name
			uintptr(unsafe.Pointer(info)), //nolint:gosec // the kernel writes the result
			flags, 0, 0)
		if errno != syscall.EINTR {
			return errno
		}
	}
}
