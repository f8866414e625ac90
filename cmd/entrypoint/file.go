package main

import (
	"io"
	"syscall"
)

// maxRead bounds what is read of a file in bytes: twice the longest marker, so that one that is too long is seen to be.
const maxRead = 16 << 10

// readFile returns the first [maxRead] bytes of a file. The error is a syscall.Errno.
func readFile(path string) (string, error) {
	fd, err := syscall.Open(path, syscall.O_RDONLY|syscall.O_CLOEXEC|syscall.O_NONBLOCK, 0)
	if err != nil {
		return "", err
	}
	defer func() { _ = syscall.Close(fd) }()
	text := make([]byte, 0, 512)
	for len(text) < maxRead {
		if len(text) == cap(text) {
			text = append(text, 0)[:len(text)]
		}
		n, err := syscall.Read(fd, text[len(text):cap(text)])
		if err == syscall.EINTR {
			continue
		}
		if err != nil {
			return "", err
		}
		if n == 0 {
			break
		}
		text = text[:len(text)+n]
	}
	return string(text), nil
}

// writeAll writes all of text.
func writeAll(fd int, text []byte) error {
	for len(text) > 0 {
		n, err := syscall.Write(fd, text)
		if err == syscall.EINTR {
			continue
		}
		if err != nil {
			return err
		}
		if n == 0 {
			return io.ErrShortWrite
		}
		text = text[n:]
	}
	return nil
}

// notEmpty reports whether a file is there and holds something. The kubelet's files are symbolic links, which are followed.
func notEmpty(path string) bool {
	var info syscall.Stat_t
	return syscall.Stat(path, &info) == nil && info.Size > 0
}
