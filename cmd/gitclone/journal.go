package main

import (
	"fmt"
	"io"
	"sync"
)

// All output goes through this file: to standard error, one line at a time, each with the path of the repository that it is about, without secrets.

// journal is the log of the container.
type journal struct {
	mu     sync.Mutex
	to     io.Writer
	secret *redaction
}

// tell writes a line about a repository.
func (j *journal) tell(subject, line string) {
	line = j.secret.apply(line)
	j.mu.Lock()
	defer j.mu.Unlock()
	_, _ = fmt.Fprintf(j.to, "%s: %s\n", subject, line) // a log that nobody takes is not worth a clone
}
