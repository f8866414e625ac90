package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// git starts git for one repository.
type git struct {
	// environment is the whole environment of git, and dir where it runs.
	environment []string
	dir         string
	// silence is how long git may say nothing before it is ended.
	silence time.Duration
	// hide replaces secrets, and tell writes a line to the log.
	hide func(string) string
	tell func(string)
}

// outcome is what a run of git left.
type outcome struct {
	// output is what it wrote to its standard output.
	output string
	// files is how many files were written, where git said so.
	files int
}

// Bounds of what is read from git.
const (
	// maxOutput holds a million refs.
	maxOutput = 128 << 20
	// gracePeriod is what git gets to remove its temporary files after a TERM.
	gracePeriod = 3 * time.Second
)

// errSilent ends a git that says nothing any more.
var errSilent = errors.New("git said nothing for too long")

// run runs git and returns when nothing of it is left. An exit code that is not 0 is a *failure.
func (g git) run(ctx context.Context, c command) (outcome, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watchdog := time.AfterFunc(g.silence, func() { cancel(errSilent) })
	defer watchdog.Stop()
	alive := func() { watchdog.Reset(g.silence) }

	p := progress{hide: g.hide}
	started, err := g.start(c)
	if err != nil {
		return outcome{}, err
	}
	var readers sync.WaitGroup
	var output strings.Builder
	readers.Go(func() { readAll(started.stdout, maxOutput, func(b []byte) { alive(); output.Write(b) }) })
	readers.Go(func() {
		readAll(started.stderr, 1<<62, func(b []byte) {
			alive()
			for _, line := range p.take(b) {
				g.tell(line)
			}
		})
	})
	status := started.wait(ctx)
	readers.Wait()
	for _, line := range p.end() {
		g.tell(line)
	}
	o := outcome{output: output.String(), files: p.files}
	return o, judge(ctx, status, c, p.last)
}

// judge says why git failed, and nothing if it did not.
func judge(ctx context.Context, status *os.ProcessState, c command, last []string) error {
	cause := context.Cause(ctx)
	switch {
	case status.Success():
		return nil
	case errors.Is(cause, errSilent):
		// What it said at last is how it took its end.
		return &failure{kind: silent, what: "git " + c.args[0] + " said nothing for too long and was ended"}
	case cause != nil:
		return &failure{kind: stopped, what: "stopped: " + cause.Error()}
	}
	f := &failure{kind: classify(strings.Join(last, "\n")), said: tail(last)}
	if s, ok := status.Sys().(syscall.WaitStatus); ok && s.Signaled() {
		f.what = fmt.Sprintf("git %s was killed by signal %d (%s)", c.args[0], s.Signal(), s.Signal())
		if s.Signal() == syscall.SIGKILL {
			f.hint = "the container's memory limit may be too low"
		}
	}
	if f.kind == other && f.what == "" {
		f.what = fmt.Sprintf("git %s exited %d", c.args[0], status.ExitCode())
	}
	return f
}

// tail are the last lines of an error: what comes before them is told in the log. What git says whenever ssh has failed is left out, because the
// cause is what ssh or the server said before that.
func tail(lines []string) []string {
	const most = 3
	if telling := slices.DeleteFunc(slices.Clone(lines), isUsual); len(telling) > 0 {
		lines = telling
	}
	return lines[max(0, len(lines)-most):]
}

// isUsual reports whether git says that whatever went wrong (connect.c, die_initial_contact).
func isUsual(line string) bool {
	return slices.Contains([]string{
		"fatal: Could not read from remote repository.", "Please make sure you have the correct access rights", "and the repository exists.", "",
	}, line)
}

// readAll hands on what is read until the end, and goes on reading when most of it was handed on, so that git is not held up.
func readAll(from io.ReadCloser, most int, take func([]byte)) {
	defer from.Close() //nolint:errcheck // it was read to its end
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		if most -= n; n > 0 && most >= 0 {
			take(buffer[:n])
		}
		if err != nil {
			return
		}
	}
}

// running is a git that was started, the leader of a process group of its own.
type running struct {
	command        *exec.Cmd
	stdout, stderr *os.File
}

func (g git) start(c command) (running, error) {
	outRead, outWrite, err := os.Pipe()
	if err != nil {
		return running{}, fmt.Errorf("starting git: %w", err)
	}
	errRead, errWrite, err := os.Pipe()
	if err != nil {
		return running{}, fmt.Errorf("starting git: %w", errors.Join(err, outRead.Close(), outWrite.Close()))
	}
	command := exec.Command("git", c.args...)
	command.Dir, command.Env = g.dir, g.environment
	if c.stdin != "" {
		command.Stdin = strings.NewReader(c.stdin)
	}
	command.Stdout, command.Stderr = outWrite, errWrite
	// When the cloner is killed, and is not the first process of a container, git must not go on.
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	err = command.Start()
	closed := errors.Join(outWrite.Close(), errWrite.Close())
	if err = errors.Join(err, closed); err != nil {
		return running{}, fmt.Errorf("starting git: %w", errors.Join(err, outRead.Close(), errRead.Close()))
	}
	return running{command, outRead, errRead}, nil
}

// wait returns when git and all that it started have ended, by themselves or because ctx did.
func (r running) wait(ctx context.Context) *os.ProcessState {
	group := -r.command.Process.Pid
	ended := make(chan struct{})
	go func() {
		select {
		case <-ended:
			return
		case <-ctx.Done():
		}
		_ = syscall.Kill(group, syscall.SIGTERM)
		select {
		case <-ended:
		case <-time.After(gracePeriod):
			_ = syscall.Kill(group, syscall.SIGKILL)
		}
	}()
	_ = r.command.Wait() // how it ended stands in the state
	close(ended)
	reapGroup(group)
	return r.command.ProcessState
}

// reapGroup ends what git left behind, and collects it. As the first process of a container the cloner inherits it; elsewhere
// somebody else does, and there is nothing to collect.
func reapGroup(group int) {
	_ = syscall.Kill(group, syscall.SIGKILL)
	for {
		_, err := syscall.Wait4(group, nil, 0, nil)
		if err != nil && !errors.Is(err, syscall.EINTR) {
			return
		}
	}
}
