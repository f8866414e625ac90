package main

import (
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// relayInto opens a relay whose two streams go to writers of these tests rather than to its own output.
func relayInto(t *testing.T, out, err *os.File) *relay {
	t.Helper()
	r := &relay{}
	locks := outputLocks()
	for i, f := range []*os.File{out, err} {
		s, failed := openStream("p: ", sink{fd: int(f.Fd()), whole: locks[i], passed: new(progress)})
		require.NoError(t, failed)
		r.streams[i] = s
	}
	t.Cleanup(r.started)
	return r
}

// pipeOf gives a pipe.
func pipeOf(t *testing.T) (read, write *os.File) {
	t.Helper()
	read, write, err := os.Pipe()
	require.NoError(t, err)
	t.Cleanup(func() { _, _ = read.Close(), write.Close() })
	return read, write
}

// writeTo writes all of a text as a command would.
func writeTo(t *testing.T, fd uintptr, text string) {
	t.Helper()
	require.NoError(t, writeAll(int(fd), []byte(text)))
}

// everything reads in the background until the end.
func everything(from *os.File) <-chan string {
	all := make(chan string, 1)
	go func() {
		text, _ := io.ReadAll(from)
		all <- string(text)
	}()
	return all
}

func TestWithoutAPrefixTheStreamsAreInherited(t *testing.T) {
	r, err := openRelay("")
	require.NoError(t, err)
	stdout, stderr := r.files()
	require.Equal(t, [2]uintptr{1, 2}, [2]uintptr{stdout, stderr})
	r.started()
	r.drain()
}

func TestEverythingWrittenBeforeTheEndComesOut(t *testing.T) {
	out, outEnd := pipeOf(t)
	errOut, errEnd := pipeOf(t)
	r := relayInto(t, outEnd, errEnd)
	gotOut, gotErr := everything(out), everything(errOut)
	stdout, stderr := r.files()
	lines := strings.Repeat("a line of some length\n", 20_000)
	writeTo(t, stdout, lines+"no end")
	writeTo(t, stderr, "problem\n")
	r.started()
	r.drain()
	require.NoError(t, outEnd.Close())
	require.NoError(t, errEnd.Close())
	require.Equal(t, strings.Repeat("p: a line of some length\n", 20_000)+"p: no end", <-gotOut)
	require.Equal(t, "p: problem\n", <-gotErr)
}

func TestWhoeverHoldsThePipeDelaysTheEndByASecondAtMost(t *testing.T) {
	out, outEnd := pipeOf(t)
	_, errEnd := pipeOf(t)
	r := relayInto(t, outEnd, errEnd)
	stdout, _ := r.files()
	held, err := syscall.Dup(int(stdout))
	require.NoError(t, err)
	defer func() { _ = syscall.Close(held) }()
	writeTo(t, stdout, "a\nlast")
	r.started()
	began := time.Now()
	r.drain()
	require.Less(t, time.Since(began), 2*stalledTime)
	require.NoError(t, outEnd.Close())
	require.Equal(t, "p: a\np: last", <-everything(out))
}

func TestReaderThatTakesItsTimeLosesNothing(t *testing.T) {
	out, outEnd := pipeOf(t)
	_, errEnd := pipeOf(t)
	r := relayInto(t, outEnd, errEnd)
	stdout, _ := r.files()
	lines := strings.Repeat(strings.Repeat("x", 1023)+"\n", 100)
	written := make(chan error, 1)
	go func() { written <- writeAll(int(stdout), []byte(lines)) }()
	first := make([]byte, 40<<10) // some of it; the rest stays in the two pipes and in between
	_, err := io.ReadFull(out, first)
	require.NoError(t, err)
	require.NoError(t, <-written)
	r.started()
	drained := make(chan struct{})
	go func() {
		r.drain()
		close(drained)
	}()
	rest := everything(out)
	<-drained
	require.NoError(t, outEnd.Close())
	require.Equal(t, strings.Repeat("p: "+strings.Repeat("x", 1023)+"\n", 100), string(first)+<-rest)
}

func TestReaderThatHasGoneKeepsNobody(t *testing.T) {
	out, outEnd := pipeOf(t)
	_, errEnd := pipeOf(t)
	r := relayInto(t, outEnd, errEnd)
	require.NoError(t, out.Close())
	stdout, _ := r.files()
	writeTo(t, stdout, strings.Repeat("nobody reads this\n", 50_000))
	r.started()
	r.drain()
	select {
	case <-r.streams[0].over:
	default:
		t.Fatal("the stream is not over: it was given up")
	}
}

func TestReaderThatTakesNothingDelaysTheEndByASecondAtMost(t *testing.T) {
	_, outEnd := pipeOf(t)
	_, errEnd := pipeOf(t)
	r := relayInto(t, outEnd, errEnd)
	stdout, _ := r.files()
	writeTo(t, stdout, strings.Repeat("x\n", 60_000)) // more than one pipe takes with the prefixes, less than two and the buffer
	r.started()
	began := time.Now()
	r.drain()
	require.Less(t, time.Since(began), 4*stalledTime)
}
