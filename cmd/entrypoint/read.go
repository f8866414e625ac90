package main

import "syscall"

// readAtMost returns the first limit bytes of a regular file, through symbolic links. It looks before it opens, because
// whoever writes to a named pipe goes on as soon as somebody opens it. What is not a regular file is [errNotRegular].
func readAtMost(file string, limit int) (string, error) {
	var info syscall.Stat_t
	if errno := stat(file, &info); errno != 0 {
		return "", errno
	}
	if !isRegular(info) {
		return "", errNotRegular
	}
	fd, err := syscall.Open(file, syscall.O_RDONLY|syscall.O_CLOEXEC|syscall.O_NONBLOCK, 0)
	if err != nil {
		return "", err
	}
	defer func() { _ = syscall.Close(fd) }()
	// A file of the kernel's says that it is empty.
	text := make([]byte, 0, min(max(int(info.Size)+1, 512), limit))
	for len(text) < limit {
		if len(text) == cap(text) {
			text = append(text, 0)[:len(text)]
		}
		n, err := syscall.Read(fd, text[len(text):min(cap(text), limit)])
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
