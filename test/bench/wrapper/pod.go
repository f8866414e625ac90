package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"orderly.dev/mutate/contract"
)

// pod is a run volume with the wrappers that use it.
type pod struct {
	wrapper, volume string
	started         []*container
}

func newPod(wrapper string) (*pod, error) {
	volume, err := os.MkdirTemp("", "bench")
	return &pod{wrapper: wrapper, volume: volume}, err
}

// remove ends what still runs.
func (p *pod) remove() error {
	for _, c := range p.started {
		c.end()
	}
	return os.RemoveAll(p.volume)
}

func (p *pod) marker(step string) string { return filepath.Join(p.volume, step, "done") }

func (p *pod) gate() string { return filepath.Join(p.volume, "ready", "ready") }

// openGate opens the gate as the kubelet does, at once: the file appears with its content.
func (p *pod) openGate() error {
	temporary := p.gate() + ".new"
	return errors.Join(os.WriteFile(temporary, []byte(contract.ReadyValue), 0o600), os.Rename(temporary, p.gate()))
}

// start starts a step.
func (p *pod) start(o contract.Options) (*container, error) {
	o.PostFile = p.marker(o.Step)
	if err := os.MkdirAll(filepath.Dir(o.PostFile), 0o700); err != nil {
		return nil, err
	}
	c, err := launch(p.wrapper, append(o.Words(), o.Args...))
	if err != nil {
		return nil, err
	}
	p.started = append(p.started, c)
	return c, nil
}

// startWaiting starts a step and returns when it waits.
func (p *pod) startWaiting(o contract.Options) (*container, error) {
	c, err := p.start(o)
	if err == nil {
		err = c.awaitWaiting()
	}
	return c, err
}

// startWorking starts a step whose command ends with its standard input, and returns when that runs.
func (p *pod) startWorking(step string) (*container, error) {
	c, err := p.start(contract.Options{Step: step, Entrypoint: "sh", Args: []string{"-c", "echo up; cat"}})
	if err != nil {
		return nil, err
	}
	_, err = c.line()
	return c, err
}

// tellTime is a command that prints the time in nanoseconds, and readTime what it printed.
func tellTime(o contract.Options) contract.Options {
	o.Entrypoint, o.Args = "date", []string{"+%s%N"}
	return o
}

func readTime(c *container) (time.Time, error) {
	line, err := c.line()
	if err != nil {
		return time.Time{}, err
	}
	nanoseconds, err := strconv.ParseInt(strings.TrimSpace(line), 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("reading the time: %w", err)
	}
	return time.Unix(0, nanoseconds), nil
}
