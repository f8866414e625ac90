package main

import (
	"errors"
	"os"
	"sync"
	"syscall"
	"time"
)

// relay stands between the command and the wrapper's own output, to put a prefix before each line. The command writes into
// two pipes; a goroutine for each of them passes on what comes out.
type relay struct {
	streams [2]*stream
}

// stream is one of the two outputs.
type stream struct {
	in  *os.File // the end of the pipe that is read
	fd  int      // the same, for what os.File cannot do
	end int      // the end that the command writes to; -1 once the wrapper has closed its own copy
	out sink
	// over is closed when everything was passed on.
	over  chan struct{}
	lines prefixer
}

// Bounds of the time between the end of the command and that of the wrapper.
const (
	// heldTime is how long a pipe is read that somebody else, a process that the command left behind, still holds open.
	heldTime = 900 * time.Millisecond
	// stalledTime is how long whoever reads the wrapper's output may take none of it.
	stalledTime = time.Second
)

// relayBuffer is how much is read at once, in bytes: what a pipe holds by default (pipe(7)).
const relayBuffer = 64 << 10

// openRelay begins to pass on what is written to [relay.files], each line behind the prefix. Without a prefix there is no
// relay: nil, which leaves the streams untouched.
func openRelay(prefix string) (*relay, error) {
	if prefix == "" {
		return nil, nil //nolint:nilnil // a nil relay works
	}
	locks := outputLocks()
	r := &relay{}
	for i, fd := range []int{syscall.Stdout, syscall.Stderr} {
		s, err := openStream(prefix, sink{fd: fd, whole: locks[i], passed: new(progress)})
		if err != nil {
			r.started()
			return nil, errors.New("opening a pipe for -log_prefix: " + err.Error())
		}
		r.streams[i] = s
	}
	return r, nil
}

func openStream(prefix string, out sink) (*stream, error) {
	var ends [2]int
	if err := syscall.Pipe2(ends[:], syscall.O_CLOEXEC); err != nil {
		return nil, err
	}
	if err := syscall.SetNonblock(ends[0], true); err != nil { // of this end alone: the command's is as any pipe
		_ = syscall.Close(ends[0])
		_ = syscall.Close(ends[1])
		return nil, err
	}
	s := &stream{
		in: os.NewFile(uintptr(ends[0]), "pipe"), fd: ends[0], end: ends[1],
		out: out, over: make(chan struct{}), lines: prefixer{prefix: prefix},
	}
	go s.pass()
	return s, nil
}

// files are the descriptors for the command's standard output and standard error.
func (r *relay) files() (stdout, stderr uintptr) {
	if r == nil {
		return uintptr(syscall.Stdout), uintptr(syscall.Stderr)
	}
	return uintptr(r.streams[0].end), uintptr(r.streams[1].end)
}

// started closes the wrapper's own copies of what the command writes to, so that its end is seen. It is to be called once the
// command was started, or will not be; twice does no harm.
func (r *relay) started() {
	if r == nil {
		return
	}
	for _, s := range r.streams {
		if s != nil && s.end >= 0 {
			_ = syscall.Close(s.end)
			s.end = -1
		}
	}
}

// drain returns when all that the command wrote has been passed on. It waits for at most a second on a process that still holds the
// pipe, and on a reader of the wrapper's output that takes nothing.
func (r *relay) drain() {
	if r == nil {
		return
	}
	late := time.Now().Add(heldTime)
	for _, s := range r.streams {
		_ = s.in.SetReadDeadline(late)
	}
	for _, s := range r.streams {
		s.await()
	}
}

// await returns when the stream is over, or nothing was taken of it for too long.
func (s *stream) await() {
	for before := s.out.passed.Load(); ; {
		select {
		case <-s.over:
			return
		case <-time.After(stalledTime):
			now := s.out.passed.Load()
			if now == before {
				return
			}
			before = now
		}
	}
}

// pass passes on what comes until nobody holds the pipe any more or the deadline is over; then also what is in the pipe at that
// moment. It keeps its thread, on which the signals that writing can cause are blocked: the wrapper hands signals on, and
// these are not the command's.
func (s *stream) pass() {
	lockThreadForWriting()
	defer close(s.over)
	defer func() { _ = s.in.Close() }()
	text := make([]byte, relayBuffer)
	for {
		n, err := s.in.Read(text)
		s.out.write(s.lines.add(text[:n]))
		if err == nil {
			continue
		}
		if errors.Is(err, os.ErrDeadlineExceeded) {
			s.passRest(text)
		}
		s.out.write(s.lines.rest())
		return
	}
}

// passRest passes on what is in the pipe now, which the command wrote before it ended. What a process that it left behind adds
// meanwhile does not keep it for ever.
func (s *stream) passRest(text []byte) {
	for taken := 0; taken < relayBuffer; {
		n, err := syscall.Read(s.fd, text)
		if err == syscall.EINTR {
			continue
		}
		if err != nil || n <= 0 {
			return
		}
		s.out.write(s.lines.add(text[:n]))
		taken += n
	}
}

// outputLocks returns one lock for each of the two outputs, the same where both are one file, so that lines stay whole.
func outputLocks() [2]*sync.Mutex {
	locks := [2]*sync.Mutex{new(sync.Mutex), new(sync.Mutex)}
	var out, err syscall.Stat_t
	if syscall.Fstat(syscall.Stdout, &out) == nil && syscall.Fstat(syscall.Stderr, &err) == nil &&
		out.Dev == err.Dev && out.Ino == err.Ino {
		locks[1] = locks[0]
	}
	return locks
}
