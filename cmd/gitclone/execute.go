package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"

	"orderly.dev/mutate/contract"
	"orderly.dev/mutate/contract/clone"
)

// Patience with git and with the other repositories, see [cloner].
const (
	usualSilence   = 5 * time.Minute
	usualLastWords = 10 * time.Second
)

// program is the subject of lines that are about no repository.
const program = "gitclone"

// execute clones what an order says, below root, and returns the exit code.
func execute(ctx context.Context, root, text string, stderr io.Writer) int {
	log := &journal{to: stderr, secret: &redaction{}}
	order, err := clone.DecodeOrder(text)
	if err != nil {
		log.tell(program, err.Error())
		return contract.ExitWrapper
	}
	// Every user of the Pod's steps may write into the tree. What is not for them has its mode given.
	syscall.Umask(0)
	at := layoutBelow(root)
	ctx, stop := untilSignal(ctx)
	defer stop()
	c := &cloner{
		order: order, at: at, around: lookAround(order), patience: usualPatience,
		silence: usualSilence, lastWords: usualLastWords, log: log,
	}
	records, err := c.begin()
	if err != nil {
		return c.conclude(ctx, nil, err)
	}
	return c.conclude(ctx, c.run(ctx, records), nil)
}

// lookAround finds what the container has.
func lookAround(o clone.Order) surroundings {
	_, err := exec.LookPath("git-lfs")
	authorities, _ := os.ReadFile(publicAuthorities) // where there are none, those of ca.crt are all
	return surroundings{
		environment: os.Environ(),
		authorities: string(authorities),
		workers:     min(max(runtime.GOMAXPROCS(0), 2), 8),
		lfs:         err == nil,
		hostKeys:    o.HostKeys,
	}
}

// begin puts everything in order: what an earlier start left, and a name for the container's user.
func (c *cloner) begin() (map[int]record, error) {
	records, err := c.at.sweep(c.order)
	if err != nil {
		return nil, err
	}
	if err := c.complete(records); err != nil {
		return nil, err
	}
	return records, publish(c.at.passwd, passwdFor(os.Getuid(), os.Getgid(), c.at.private), 0o644)
}

// conclude tells everybody how it went: the log, the companion, the wrappers of the steps.
func (c *cloner) conclude(ctx context.Context, results []result, err error) int {
	var failed []string
	if err != nil {
		failed = []string{err.Error()}
	} else if failed = sentences(c.order, results); len(failed) == 0 {
		if err := publish(c.at.env, variables(c.order, results), 0o644); err != nil {
			failed = []string{err.Error()}
		}
	}
	for i := range failed {
		failed[i] = c.log.secret.apply(failed[i])
		c.log.tell(program, failed[i])
	}
	if err := os.WriteFile(c.at.termination, []byte(message(results, failed)), 0o644); err != nil {
		c.log.tell(program, fmt.Sprintf("warning: the termination message cannot be written: %v", err))
	}
	if s, ok := stopSignal(ctx); ok && len(failed) > 0 {
		return contract.ExitSignalBase + int(s)
	}
	return exitCode(failed)
}
