package main

import (
	"syscall"
	"unsafe"
)

// A container with a terminal reads from it only in the terminal's foreground group. That is the wrapper's own at first, so it is
// handed to the command's, attempt by attempt. In between the wrapper has it back, as a shell has: what is typed is not lost on a
// group that has ended, and whoever is in the background may not even write where the terminal says so (stty tostop).

// isForeground reports whether standard input is the terminal that controls the wrapper, and the wrapper has it.
func isForeground() bool {
	var group int32
	return terminalGroup(syscall.TIOCGPGRP, &group) && int(group) == syscall.Getpgrp()
}

// giveTerminal makes the command's group the foreground group. The parent does it, because a child would have to block SIGTTOU
// for it, and would pass that on to the command. The command may have read too early and been stopped for it, hence the SIGCONT.
func giveTerminal(command int) {
	if setForeground(command) {
		forward(command, syscall.SIGCONT)
	}
}

// takeTerminal makes the wrapper's own group the foreground group again.
func takeTerminal() { onFirstThread(func() { setForeground(syscall.Getpgrp()) }) }

// setForeground runs on the first thread, because a goroutine could change threads while it blocks a signal on its own: SIGTTOU, with
// which the kernel stops whoever does so from the background.
func setForeground(group int) bool {
	const background = 1 << (syscall.SIGTTOU - 1)
	maskSignals(blockMask, background)
	defer maskSignals(unblockMask, background)
	g := int32(group) // a process id fits
	return terminalGroup(syscall.TIOCSPGRP, &g)
}

func terminalGroup(request uintptr, group *int32) bool {
	_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, uintptr(syscall.Stdin), request,
		uintptr(unsafe.Pointer(group))) //nolint:gosec // the kernel reads or writes one int32
	return errno == 0
}
