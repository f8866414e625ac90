package main

import (
	"syscall"
	"unsafe"
)

// A container with a terminal reads from it only in the terminal's foreground group. That is the wrapper's own at first,
// so it is handed to the command's.

// isForeground reports whether standard input is the terminal that controls the wrapper, and the wrapper has it.
func isForeground() bool {
	var group int32
	return terminalGroup(syscall.TIOCGPGRP, &group) && int(group) == syscall.Getpgrp()
}

// giveTerminal makes group the foreground group. The parent does it, because a child would be stopped for trying unless it
// ignored SIGTTOU, and would pass that on to the command. The command may have read too early and been stopped for
// it, hence the SIGCONT.
func giveTerminal(group int) {
	g := int32(group) // a process id fits
	if terminalGroup(syscall.TIOCSPGRP, &g) {
		forward(group, syscall.SIGCONT)
	}
}

func terminalGroup(request uintptr, group *int32) bool {
	_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, uintptr(syscall.Stdin), request,
		uintptr(unsafe.Pointer(group))) //nolint:gosec // the kernel reads or writes one int32
	return errno == 0
}
