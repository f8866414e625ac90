package main

import (
	"errors"
	"path"
	"strings"
	"syscall"

	"orderly.dev/mutate/contract"
)

// How markers are found and published. A marker that others can see is always whole: it is written to a temporary
// file in the same directory and renamed.

// markerMode lets every container of the Pod read the marker, whichever user it runs as.
const markerMode = 0o644

// readEnd returns the marker of a step that has ended; found is false for one that has not. In contrast to a step's own
// marker, what others left need not be readable as one: that the file is there says enough, so that a
// file made by any program can be waited for. But an F that begins as a marker does and is none, because it is cut, or says
// what no wrapper says, is no good news. F.err always means a failure, of the step after which its
// directory is called if the marker does not say more: it is enough that something of that name is there, be it a
// directory or unreadable. Running a command on a guess would be worse than waiting, so F itself must be a regular file
// that can be read, and F.err must be known to be absent. With needContent an empty F counts as not there.
func readEnd(file string, needContent bool) (m contract.Marker, found bool) {
	bad := contract.FailedFile(file)
	var info syscall.Stat_t
	switch lstat(bad, &info) {
	case 0:
		text, _ := readFile(bad)
		return failedEnd(file, text), true
	case syscall.ENOENT:
	default:
		return contract.Marker{}, false
	}
	text, err := readFile(file)
	if err != nil || needContent && text == "" {
		return contract.Marker{}, false
	}
	m, err = contract.DecodeMarker(text)
	switch {
	case err == nil:
		return m, true
	case strings.HasPrefix(text, "{"):
		return failedEnd(file, text), true
	}
	return contract.Marker{Reason: contract.Completed}, true
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

// publish makes the marker visible to all who wait for it. Where it cannot, they are at least told that the step failed.
func publish(o contract.Options, m contract.Marker) error {
	file := o.PostFile
	if !m.Good() {
		file = contract.FailedFile(file)
	}
	temporary := temporaryFor(file)
	err := writeMarker(temporary, o, m)
	if err == nil {
		if err = syscall.Rename(temporary, file); err != nil {
			err = errors.New("renaming " + temporary + " to " + file + ": " + err.Error())
		}
	}
	if err != nil {
		_ = syscall.Unlink(temporary)
		publishFailure(o)
	}
	return err
}

// writeMarker writes a marker to a new file. On disk, that is with -restartable, it must outlive a reboot of the node, and
// must not come back empty; in memory there is nothing to outlive.
func writeMarker(file string, o contract.Options, m contract.Marker) error {
	fd, err := syscall.Open(file, syscall.O_WRONLY|syscall.O_CREAT|syscall.O_EXCL|syscall.O_CLOEXEC, markerMode)
	if err != nil {
		return errors.New("creating " + file + ": " + err.Error())
	}
	err = writeAll(fd, []byte(m.Encode()+"\n"))
	if err == nil {
		err = syscall.Fchmod(fd, markerMode) // whatever the umask took
	}
	if err == nil && o.Restartable {
		err = syscall.Fsync(fd)
	}
	if closed := syscall.Close(fd); err == nil {
		err = closed
	}
	if err != nil {
		return errors.New("writing " + file + ": " + err.Error())
	}
	return nil
}

// publishFailure tells those who wait for a step, and would wait for ever, that the wrapper itself failed: with an empty
// F.err, for which there is room even on a volume that is full. It does nothing where they see an end already,
// and with -restartable, because there the container is started again.
func publishFailure(o contract.Options) {
	if o.Restartable {
		return
	}
	if _, ended := readEnd(o.PostFile, false); ended {
		return
	}
	fd, err := syscall.Open(contract.FailedFile(o.PostFile),
		syscall.O_WRONLY|syscall.O_CREAT|syscall.O_EXCL|syscall.O_CLOEXEC, markerMode)
	if err != nil {
		return // the caller complains already, and there is nothing else to be done
	}
	_ = syscall.Fchmod(fd, markerMode)
	_ = syscall.Close(fd)
}
