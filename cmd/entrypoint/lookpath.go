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
	// Exit is [contract.ExitNotFound] or [contract.ExitNotExecutable], which say that it never will be; [contract.ExitWrapper]
	// where that is no fault of the command.
	Exit int
	// Problem is for the user.
	Problem string
	// Passing says that it may well be different the next time.
	Passing bool
}

// lookPath finds the file of a command as the runtime would have done: a name with a slash in it is a path from the
// working directory, any other is looked up in PATH, where the first executable file counts. The PATH is the one that the command
// gets, as with env(1).
func lookPath(command string, env []string) (string, *notStarted) {
	if strings.Contains(command, "/") {
		if errno := executable(command); errno != 0 {
			return "", refused(command, errno)
		}
		return command, nil
	}
	search := searchPath(env)
	why := &notStarted{
		Exit: contract.ExitNotFound, Problem: "command " + strconv.Quote(command) + " is not in PATH, which is " + search,
	}
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

// searchPath is the first PATH of an environment, as getenv(3) finds it.
func searchPath(env []string) string {
	for _, entry := range env {
		if search, found := strings.CutPrefix(entry, "PATH="); found {
			return search
		}
	}
	return defaultPath
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
	why := &notStarted{Exit: contract.ExitNotExecutable, Problem: "running " + file + ": " + errno.Error()}
	switch errno {
	case syscall.ENOENT, syscall.ENOTDIR:
		why.Exit = contract.ExitNotFound
		if executable(file) == 0 {
			why.Problem += "; the file is there, but the interpreter in its first line, or its loader, is not"
		}
	case syscall.EACCES:
		why.Problem += "; user " + strconv.Itoa(syscall.Getuid()) + " may not execute it"
	case syscall.EAGAIN, syscall.ENOMEM, syscall.EMFILE, syscall.ENFILE:
		// As timeout(1) has it: where the machine has no room, nothing is known of the command. So 126, which is final, would be wrong.
		why.Exit, why.Passing = contract.ExitWrapper, true
		why.Problem += "; the Pod or its node has no room for another process: see its limits of processes, memory and open files"
	case syscall.ETXTBSY:
		// Most likely somebody has not finished writing it.
		why.Exit, why.Passing = contract.ExitWrapper, true
		why.Problem += "; somebody has it open for writing"
	case syscall.ENOEXEC:
		why.Problem += "; a script needs a first line such as #!/bin/sh, a program must be built for this machine"
	}
	return why
}
