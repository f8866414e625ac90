package main

import (
	"errors"
	"syscall"

	"orderly.dev/mutate/contract"
)

// report appends the marker to the termination message, as its last line. What the command wrote stays before it. No path
// means that no report is wanted.
func report(file string, m contract.Marker) error {
	if file == "" {
		return nil
	}
	// Any user may write the kubelet's file, and a file that is not there is made with the same mode.
	fd, err := syscall.Open(file, syscall.O_RDWR|syscall.O_APPEND|syscall.O_CREAT|syscall.O_CLOEXEC, 0o666)
	if err != nil {
		return errors.New("opening the termination message " + file + ": " + err.Error())
	}
	defer func() { _ = syscall.Close(fd) }()
	line := m.Report()
	if !endsLine(fd) {
		line = "\n" + line
	}
	if err := writeAll(fd, []byte(line)); err != nil {
		return errors.New("writing the termination message " + file + ": " + err.Error())
	}
	return nil
}

// endsLine reports whether what is appended to a file begins a new line.
func endsLine(fd int) bool {
	var info syscall.Stat_t
	if syscall.Fstat(fd, &info) != nil || info.Size == 0 {
		return true
	}
	last := make([]byte, 1)
	n, err := syscall.Pread(fd, last, info.Size-1)
	return err == nil && n == 1 && last[0] == '\n'
}
