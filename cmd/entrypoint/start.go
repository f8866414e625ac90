package main

import (
	"errors"
	"syscall"
)

// start starts the command in a process group of its own, so that a signal reaches all of it and nothing else, and returns its
// process id, which is also the group's. All else is as the runtime gave it: the streams, the environment, the
// working directory, the umask; the first argument is the command as the user wrote it. With a relay the two outputs are its own.
func (c *command) start(lines *relay) (pid int, why *notStarted) {
	foreground := isForeground()
	stdout, stderr := lines.files()
	pid, err := syscall.ForkExec(c.file, append([]string{c.options.Entrypoint}, c.options.Args...), &syscall.ProcAttr{
		Env:   c.env,
		Files: []uintptr{uintptr(syscall.Stdin), stdout, stderr},
		Sys:   &syscall.SysProcAttr{Setpgid: true},
	})
	if errno, failed := errors.AsType[syscall.Errno](err); failed {
		return noCommand, refused(c.file, errno)
	}
	if foreground {
		giveTerminal(pid)
	}
	return pid, nil
}

// replace becomes the command. It returns only if it cannot.
func (c *command) replace() *notStarted {
	errno, _ := errors.AsType[syscall.Errno](replace(c.file, c.options, c.env))
	return refused(c.file, errno)
}

// forward hands a signal on to the command's group, and then to the command itself should it have left that for another
// one; a command that leaves in between gets it twice rather than not at all. Until it is reaped its process id is nobody
// else's, so forward must not be used later. That the group has ended already is no error, and a command that made
// itself another user's cannot be helped.
func forward(command int, n syscall.Signal) {
	_ = syscall.Kill(-command, n)
	if group, err := syscall.Getpgid(command); err == nil && group != command {
		_ = syscall.Kill(command, n)
	}
}

// lives reports whether a process group has any member left, zombies included.
func lives(group int) bool { return syscall.Kill(-group, 0) != syscall.ESRCH }
