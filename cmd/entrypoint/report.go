package main

import (
	"cmp"
	"errors"
	"io"
	"path"
	"strings"
	"syscall"
	"unicode/utf8"

	"orderly.dev/mutate/contract"
)

// The termination message ends with the report: how the step ended, and its results. The kubelet cuts what is too long, so
// the wrapper fits it in: first how the step ended, then what the command itself wrote, then the results, as many as there is room for.

// kubeletBytes is how much of a termination message the kubelet reads, from its end
// (kubernetes/pkg/kubelet/container, MaxContainerTerminationMessageLength).
const kubeletBytes = 4096

// report writes the marker, with the step's results, as the last line of the termination message, and leaves before it what the
// command wrote. No -termination_path means that no report is wanted. The file is one that the kubelet mounted, so it
// is written in place, never replaced.
func report(o contract.Options, m contract.Marker) error {
	if o.TerminationPath == "" {
		return nil
	}
	// Any user may write the kubelet's file, and a file that is not there is made with the same mode.
	fd, err := syscall.Open(o.TerminationPath, syscall.O_RDWR|syscall.O_CREAT|syscall.O_CLOEXEC|syscall.O_NONBLOCK, 0o666)
	if err != nil {
		return errors.New("opening the termination message " + o.TerminationPath + ": " + err.Error())
	}
	defer func() { _ = syscall.Close(fd) }()
	if err := reportTo(fd, o, m); err != nil {
		return errors.New("writing the termination message " + o.TerminationPath + ": " + err.Error())
	}
	return nil
}

func reportTo(fd int, o contract.Options, m contract.Marker) error {
	limit := cmp.Or(o.ReportBytes, kubeletBytes)
	said, size, err := readEndOf(fd, limit)
	if err != nil {
		return err
	}
	if size == 0 && o.NoReportOnFailure && commandFailed(m) {
		return nil
	}
	message := compose(said, contract.Report{Marker: m, Results: results(o, limit)}, limit)
	if line, whole := strings.CutPrefix(message, said); whole && len(said) == size {
		return writeAt(fd, line, size) // nothing that the command wrote is touched
	}
	return writeAt(fd, message, 0)
}

// commandFailed reports whether the container's log says what went wrong: its command failed, or could not be started.
// Of a step that was skipped or cancelled before, only the report does.
func commandFailed(m contract.Marker) bool {
	return m.Exit() != contract.ExitOK && (m.Attempts > 0 || m.Reason == contract.Error)
}

// results reads the results that the step left, in order. One that is not there, or is no regular file, is left out. What is
// read beyond the limit tells that it does not fit.
func results(o contract.Options, limit int) []contract.Result {
	var list []contract.Result
	for _, name := range o.Results {
		if value, err := readAtMost(path.Join(o.ResultsDir, name), limit+1); err == nil {
			list = append(list, contract.Result{Name: name, Value: value})
		}
	}
	return list
}

// compose returns the termination message: what the command said, then the report with the results that fit. All others,
// from the first that does not fit, it names in the report as truncated. Where there is no room even for a report
// without any result, said gives way, its beginning first. A limit that is too small for the shortest report is exceeded,
// because a part of a report would be none.
func compose(said string, full contract.Report, limit int) string {
	if said != "" && said[len(said)-1] != '\n' {
		said += "\n"
	}
	var line string
	for fitting := len(full.Results); fitting >= 0; fitting-- {
		line = withFirst(full, fitting).Line()
		if len(said)+len(line) <= limit {
			return said + line
		}
	}
	return lastBytes(said, limit-len(line)) + line
}

// withFirst is the report with its first n results; the names of the others are all that is left of them.
func withFirst(full contract.Report, n int) contract.Report {
	short := contract.Report{Marker: full.Marker, Results: full.Results[:n]}
	for _, result := range full.Results[n:] {
		short.Truncated = append(short.Truncated, result.Name)
	}
	return short
}

// lastBytes returns at most the last n bytes of a text, without a part of a character at its beginning.
func lastBytes(text string, n int) string {
	start := len(text) - max(n, 0)
	if start <= 0 {
		return text
	}
	for part := 1; part < utf8.UTFMax && start < len(text) && !utf8.RuneStart(text[start]); part++ {
		start++
	}
	return text[start:]
}

// readEndOf returns the last bytes of a regular file, at most limit, and how long the file is.
func readEndOf(fd, limit int) (end string, size int, err error) {
	var info syscall.Stat_t
	if err := syscall.Fstat(fd, &info); err != nil {
		return "", 0, err
	}
	if !isRegular(info) {
		return "", 0, errNotRegular
	}
	size = int(info.Size)
	text := make([]byte, min(size, limit))
	for read := 0; read < len(text); {
		n, err := syscall.Pread(fd, text[read:], int64(size-len(text)+read))
		switch {
		case err == syscall.EINTR:
		case err != nil:
			return "", 0, err
		case n == 0: // it was made shorter meanwhile
			return string(text[:read]), read, nil
		default:
			read += n
		}
	}
	return string(text), size, nil
}

// writeAt writes text at an offset and ends the file there.
func writeAt(fd int, text string, offset int) error {
	if _, err := syscall.Seek(fd, int64(offset), io.SeekStart); err != nil {
		return err
	}
	if err := writeAll(fd, []byte(text)); err != nil {
		return err
	}
	return syscall.Ftruncate(fd, int64(offset+len(text)))
}
