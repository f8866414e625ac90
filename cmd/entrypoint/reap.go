package main

import "syscall"

// noCommand is no process's id.
const noCommand = 0

// reapOrphans collects the children that ended before there is a command. As PID 1 the wrapper inherits them.
func reapOrphans() { reap(noCommand) }

// reap collects every child that has ended, and returns how the command ended if it is among them. It runs on the
// goroutine that starts the command, so no one else waits for children at the same time.
func reap(command int) (ended syscall.WaitStatus, found bool) {
	for {
		var status syscall.WaitStatus
		pid, err := syscall.Wait4(-1, &status, syscall.WNOHANG, nil)
		switch {
		case err == syscall.EINTR:
			continue
		case err != nil || pid <= 0:
			return ended, found
		case pid == command:
			ended, found = status, true
		}
	}
}

// prSetChildSubreaper is PR_SET_CHILD_SUBREAPER of prctl(2), which package syscall does not name.
const prSetChildSubreaper = 36

// adoptOrphans makes the wrapper the one who inherits its command's orphans, as PID 1 does anyway. It matters in a Pod that
// shares its process namespace. A kernel that refuses leaves them to PID 1, which then reaps them.
func adoptOrphans() {
	if syscall.Getpid() != 1 {
		_, _, _ = syscall.RawSyscall(syscall.SYS_PRCTL, prSetChildSubreaper, 1, 0)
	}
}

// exitOf is a command's exit code as a shell would tell it: 128+n if it died of signal n.
func exitOf(status syscall.WaitStatus) int {
	if status.Signaled() {
		return signalled(status.Signal())
	}
	return status.ExitStatus()
}
