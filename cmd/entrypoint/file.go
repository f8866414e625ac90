package main

import (
	"errors"
	"io"
	"path"
	"strconv"
	"syscall"
	"time"
)

// maxRead bounds what is read of a file in bytes: twice the longest marker, so that one that is too long is seen to be.
const maxRead = 16 << 10

// errNotRegular says that something is there, but a directory, a pipe or the like.
var errNotRegular = errors.New("not a regular file")

// readFile returns the first [maxRead] bytes of a regular file.
func readFile(path string) (string, error) { return readAtMost(path, maxRead) }

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

// notEmpty reports whether a regular file is there and holds something; a directory, which has a size too, never does.
// The kubelet's files are symbolic links, which are followed.
func notEmpty(path string) bool {
	var info syscall.Stat_t
	return stat(path, &info) == 0 && isRegular(info) && info.Size > 0
}

func isRegular(info syscall.Stat_t) bool { return info.Mode&syscall.S_IFMT == syscall.S_IFREG }

// temporaryFor names a new file in the same directory, to be renamed to file. The time keeps two containers apart that
// write at once, both of which may be PID 1, and whatever a killed one left behind is in nobody's way.
func temporaryFor(file string) string {
	directory, name := path.Split(file)
	return directory + "." + name + "." + strconv.FormatInt(time.Now().UnixNano(), 36)
}
