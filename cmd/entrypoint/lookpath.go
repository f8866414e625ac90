package main

import (
	"errors"
	"path"
	"strconv"
	"strings"
	"syscall"

	"orderly.dev/mutate/contract"
)

// defaultPath is what container runtimes set when an image has no PATH (containerd's oci.WithDefaultPathEnv).
const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// notStarted says why a command was not started.
type notStarted struct {
	// Exit is [contract.ExitNotFound] or [contract.ExitNotExecutable].
	Exit int
	// Problem is for the user.
	Problem string
}

// lookPath finds the file of a command as the runtime would have done: a name with a slash in it is a path from the
// working directory, any other is looked up in PATH, where the first executable file counts.
func lookPath(command string) (string, *notStarted) {
	if strings.Contains(command, "/") {
		if errno := executable(command); errno != 0 {
			return "", refused(command, errno)
		}
		return command, nil
	}
	search, set := syscall.Getenv("PATH")
	if !set {
		search = defaultPath
	}
	why := &notStarted{contract.ExitNotFound, "command " + strconv.Quote(command) + " is not in PATH, which is " + search}
	for directory := range strings.SplitSeq(search, ":") {
		file := path.Join(directory, command)
		if directory == "" {
			file = "./" + command // POSIX: an empty entry is the working directory
		}
		switch errno := executable(file); {
		case errno == 0:
			return file, nil
		case exists(file):
			why = refused(file, errno)
		} // a directory that may not be searched says nothing about what is in it
	}
	return "", why
}

func exists(file string) bool {
	var info syscall.Stat_t
	return syscall.Stat(file, &info) == nil
}

// mayExecute is X_OK of access(2).
const mayExecute = 1

// executable returns 0 for a file that this user may execute.
func executable(file string) syscall.Errno {
	var info syscall.Stat_t
	err := syscall.Stat(file, &info)
	if err == nil && info.Mode&syscall.S_IFMT == syscall.S_IFDIR {
		err = syscall.EISDIR
	}
	if err == nil {
		err = syscall.Access(file, mayExecute)
	}
	errno, _ := errors.AsType[syscall.Errno](err)
	return errno
}

// refused explains why a file cannot be executed. ENOENT and ENOTDIR are "not found", as for env(1) and the shells.
func refused(file string, errno syscall.Errno) *notStarted {
	why := &notStarted{contract.ExitNotExecutable, "running " + file + ": " + errno.Error()}
	switch errno {
	case syscall.ENOENT, syscall.ENOTDIR:
		why.Exit = contract.ExitNotFound
		if executable(file) == 0 {
			why.Problem += "; the file is there, but the interpreter in its first line, or its loader, is not"
		}
	case syscall.EACCES:
		why.Problem += "; user " + strconv.Itoa(syscall.Getuid()) + " may not execute it"
	case syscall.ENOEXEC:
		why.Problem += "; a script needs a first line such as #!/bin/sh, a program must be built for this machine"
	}
	return why
}
