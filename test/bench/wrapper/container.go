package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"time"
)

// patience bounds every wait. What takes so long will never come.
const patience = 10 * time.Second

// glance is the time between two looks at a condition.
const glance = time.Millisecond

// container is a wrapper with its command.
type container struct {
	cmd    *exec.Cmd
	stdin  io.Closer
	output *os.File
	lines  *bufio.Reader
	// over is closed when the wrapper has ended.
	over chan struct{}
}

func launch(wrapper string, words []string) (*container, error) {
	cmd := exec.Command(wrapper, words...)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	output, input, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	cmd.Stdout = input
	err = cmd.Start()
	if err := errors.Join(err, input.Close()); err != nil {
		return nil, err
	}
	c := &container{cmd: cmd, stdin: stdin, output: output, lines: bufio.NewReader(output), over: make(chan struct{})}
	go func() {
		_ = cmd.Wait() // how it ended is asked later
		close(c.over)
	}()
	return c, nil
}

// finish ends the command of startWorking.
func (c *container) finish() error { return c.stdin.Close() }

// end ends the wrapper, and with its input its command.
func (c *container) end() {
	_ = c.cmd.Process.Kill()
	<-c.over
	_ = c.output.Close()
}

// line is the next line that the command prints.
func (c *container) line() (string, error) {
	if err := c.output.SetReadDeadline(time.Now().Add(patience)); err != nil {
		return "", err
	}
	return c.lines.ReadString('\n')
}

// exited waits for the end, which must be a good one.
func (c *container) exited() error {
	select {
	case <-c.over:
	case <-time.After(patience):
		return fmt.Errorf("%v does not end", c.cmd.Args)
	}
	if code := c.cmd.ProcessState.ExitCode(); code != 0 {
		return fmt.Errorf("%v exited with %d", c.cmd.Args, code)
	}
	return nil
}

// awaitWaiting returns when the wrapper sleeps until a file changes or a lock is free.
func (c *container) awaitWaiting() error {
	for late := time.After(patience); !c.waits(); {
		select {
		case <-late:
			return fmt.Errorf("%v does not wait for a file or a lock", c.cmd.Args)
		case <-c.over:
			return fmt.Errorf("%v ended instead of waiting", c.cmd.Args)
		case <-time.After(glance):
		}
	}
	return nil
}

// waits reports whether the wrapper watches a directory or stands in the kernel's list of those who want a lock.
func (c *container) waits() bool {
	pid := strconv.Itoa(c.cmd.Process.Pid)
	files, _ := filepath.Glob("/proc/" + pid + "/fdinfo/*")
	for _, file := range files {
		info, _ := os.ReadFile(file)
		if bytes.Contains(info, []byte("inotify wd:")) {
			return true
		}
	}
	locks, _ := os.ReadFile("/proc/locks")
	return regexp.MustCompile(`(?m)-> FLOCK +ADVISORY +READ +` + pid + ` `).Match(locks)
}
