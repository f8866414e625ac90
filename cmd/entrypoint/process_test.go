package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// process is a program that runs beside a test.
type process struct {
	cmd *exec.Cmd
	// said is the file with both its outputs. A file, because a pipe would be held open by what it leaves behind.
	said string
	// over is closed when it has ended.
	over chan struct{}
}

// launch starts a command whose outputs go to the file said.
func launch(cmd *exec.Cmd, said string) (*process, error) {
	out, err := os.Create(said)
	if err != nil {
		return nil, err
	}
	defer func() { _ = out.Close() }()
	p := &process{cmd: cmd, said: said, over: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		_ = cmd.Wait()
		close(p.over)
	}()
	return p, nil
}

// exit waits for the end and returns the exit code, -n if the process itself was killed by signal n.
func (p *process) exit() (int, error) {
	select {
	case <-p.over:
	case <-time.After(patience):
		return 0, fmt.Errorf("%v did not end; it %s", p.cmd.Args, p.state())
	}
	status, _ := p.cmd.ProcessState.Sys().(syscall.WaitStatus)
	if status.Signaled() {
		return -int(status.Signal()), nil
	}
	return status.ExitStatus(), nil
}

// lives reports whether the process has not ended.
func (p *process) lives() bool {
	select {
	case <-p.over:
		return false
	default:
		return true
	}
}

// end kills the process and waits until it is gone.
func (p *process) end() {
	_ = p.cmd.Process.Kill()
	<-p.over
}

// state tells, for a message, what the process holds open.
func (p *process) state() string {
	said, _ := os.ReadFile(p.said)
	return "holds " + strings.Join(p.descriptors(), " ") + " and said " + string(said)
}

func (p *process) descriptors() []string {
	var list []string
	files, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", p.cmd.Process.Pid))
	for _, f := range files {
		if target, err := os.Readlink(f); err == nil {
			list = append(list, target)
		}
	}
	return list
}

// awaitWait returns when the process sleeps and waits for files: it holds an inotify instance with a watch, or one of its threads
// waits for a lock.
func (p *process) awaitWait() error {
	return await(func() bool { return p.watches() || p.waitsForLocks() >= 1 }, p.state)
}

// watches reports whether the process holds an inotify instance with a watch.
func (p *process) watches() bool {
	files, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fdinfo/*", p.cmd.Process.Pid))
	for _, f := range files {
		info, _ := os.ReadFile(f)
		if bytes.Contains(info, []byte("inotify wd:")) {
			return true
		}
	}
	return false
}

// waitsForLocks counts the locks that the process waits for; in /proc/locks their lines have an arrow.
func (p *process) waitsForLocks() int {
	count := 0
	text, _ := os.ReadFile("/proc/locks")
	for line := range bytes.Lines(text) {
		words := bytes.Fields(line)
		if len(words) > 5 && string(words[1]) == "->" && string(words[5]) == fmt.Sprint(p.cmd.Process.Pid) {
			count++
		}
	}
	return count
}

// awaitCatch returns when the process catches every signal.
func (p *process) awaitCatch() error { return await(p.catchesAll, p.state) }

// catchesAll reports whether the process catches all signals but KILL and STOP, and its first thread blocks none.
func (p *process) catchesAll() bool {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	return bytes.Contains(status, []byte("SigBlk:\t0000000000000000")) && bytes.Contains(status, []byte("SigCgt:\tfffffffffffbfeff"))
}

// await returns when a condition holds, or an error with the state when patience is over.
func await(holds func() bool, state func() string) error { return awaitFor(patience, holds, state) }

// awaitFor is await with another bound.
func awaitFor(bound time.Duration, holds func() bool, state func() string) error {
	for late := time.After(bound); !holds(); {
		select {
		case <-late:
			return errors.New("waited for too long: it " + state())
		case <-time.After(glance):
		}
	}
	return nil
}

// awaitFile returns when a file is there and not empty.
func awaitFile(path string) error {
	return await(func() bool { return notEmpty(path) }, func() string { return path + " is missing or empty" })
}
