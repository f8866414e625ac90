package main

import (
	"errors"
	"syscall"
)

// start starts the command in a process group of its own, so that a signal reaches all of it and nothing else, and returns its
// process id, which is also the group's. All else is as the runtime gave it: the streams, the environment, the
// working directory, the umask; the first argument is the command as the user wrote it. With a relay the two outputs are its own.
func (c *command) start(lines *relay) (pid int, why *notStarted) {
	stdout, stderr := lines.files()
	var err error
	onFirstThread(func() {
		pid, err = syscall.ForkExec(c.file, append([]string{c.options.Entrypoint}, c.options.Args...), &syscall.ProcAttr{
			Env:   c.env,
			Files: []uintptr{uintptr(syscall.Stdin), stdout, stderr},
			Sys:   &syscall.SysProcAttr{Setpgid: true},
		})
		if err == nil && c.terminal {
			giveTerminal(pid)
		}
	})
	if errno, failed := errors.AsType[syscall.Errno](err); failed {
		return noCommand, refused(c.file, errno)
	}
	return pid, nil
}

// replace becomes the command. It returns, with the exit code, only if it cannot or was stopped before.
func (c *command) replace() int {
	stop, err := replace(c.file, c.options, c.env, c.caught)
	if stop != 0 {
		return signalled(stop)
	}
	errno, _ := errors.AsType[syscall.Errno](err)
	why := refused(c.file, errno)
	complain(why.Problem)
	return why.Exit
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
