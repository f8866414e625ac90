package main

import (
	"errors"
	"path"
	"syscall"

	"orderly.dev/mutate/contract"
)

// How markers are found and published. A marker that others can see is always whole: it is written to a temporary
// file in the same directory and renamed.

// markerMode lets every container of the Pod read the marker, whichever user it runs as.
const markerMode = 0o644

// readEnd returns the marker of a step that has ended; found is false for one that has not. In contrast to a step's own
// marker, what others left need not be readable as one: that the file is there says enough, so that a
// file made by any program can be waited for. F.err always means a failure, of the step after which its
// directory is called if the marker does not say more. A file that cannot be read at all counts as not there:
// running a command on a guess would be worse than waiting. With needContent an empty F counts as not there.
func readEnd(file string, needContent bool) (m contract.Marker, found bool) {
	if text, err := readFile(contract.FailedFile(file)); err == nil {
		return failedEnd(file, text), true
	}
	text, err := readFile(file)
	if err != nil || needContent && text == "" {
		return contract.Marker{}, false
	}
	m, err = contract.DecodeMarker(text)
	if err != nil {
		return contract.Marker{Reason: contract.Completed}, true
	}
	return m, true
}

// failedEnd is what the text of a F.err means.
func failedEnd(file, text string) contract.Marker {
	m, err := contract.DecodeMarker(text)
	if err == nil && !m.Good() {
		return m
	}
	name := path.Base(path.Dir(file))
	m = contract.Marker{Step: name, Reason: contract.Error, Failed: []string{name}}
	if _, err := contract.DecodeMarker(m.Encode()); err != nil {
		m.Failed = nil // the directory is not called after a container: a marker that names it could not be read
	}
	return m
}

// ownMarker returns the marker that an earlier life of this container left. Nothing but the wrapper writes it, so what
// cannot be read is not believed, and not written over either: others may have acted on it.
func ownMarker(file string) (m contract.Marker, found bool, err error) {
	for _, f := range []string{contract.FailedFile(file), file} {
		text, err := readFile(f)
		if errors.Is(err, syscall.ENOENT) {
			continue
		}
		if err == nil {
			m, err = contract.DecodeMarker(text)
		}
		if err != nil {
			return contract.Marker{}, false, errors.New("reading " + f + ": " + err.Error())
		}
		return m, true, nil
	}
	return contract.Marker{}, false, nil
}

// publish makes the marker visible to all who wait for it. On disk, that is with -restartable, it must outlive a
// reboot of the node, and must not come back empty; in memory there is nothing to outlive.
func publish(o contract.Options, m contract.Marker) error {
	file := o.PostFile
	if !m.Good() {
		file = contract.FailedFile(file)
	}
	temporary := file + ".tmp"
	_ = syscall.Unlink(temporary) // of a life that was killed while it wrote
	fd, err := syscall.Open(temporary, syscall.O_WRONLY|syscall.O_CREAT|syscall.O_EXCL|syscall.O_CLOEXEC, markerMode)
	if err != nil {
		return errors.New("creating " + temporary + ": " + err.Error())
	}
	err = writeAll(fd, []byte(m.Encode()+"\n"))
	if err == nil {
		err = syscall.Fchmod(fd, markerMode) // whatever the umask took
	}
	if err == nil && o.Restartable {
		err = syscall.Fsync(fd)
	}
	_ = syscall.Close(fd)
	if err == nil {
		err = syscall.Rename(temporary, file)
	}
	if err != nil {
		return errors.New("writing " + file + ": " + err.Error())
	}
	return nil
}

// mayWrite is W_OK of access(2).
const mayWrite = 2

// writable returns why no marker can be written into a directory, as far as can be known before.
func writable(directory string) error {
	if err := syscall.Access(directory, mayWrite); err != nil {
		return errors.New("writing to " + directory + ": " + err.Error())
	}
	return nil
}
