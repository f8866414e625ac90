package node

import (
	"fmt"
	"io"
	"time"
)

// steps shows what is being done and how long each part took.
type steps struct {
	out   io.Writer
	start time.Time
}

func newSteps(out io.Writer) *steps { return &steps{out: out, start: time.Now()} }

// do runs one step and prints its line when it is over.
func (s *steps) do(what string, step func() error) error {
	start := time.Now()
	err := step()
	mark := ""
	if err != nil {
		mark = "  failed"
	}
	s.say("  %-46s %5.1fs%s", what, time.Since(start).Seconds(), mark)
	return err
}

func (s *steps) say(format string, args ...any) {
	_, _ = fmt.Fprintf(s.out, format+"\n", args...)
}

// elapsed is the time since the first step, rounded for people.
func (s *steps) elapsed() time.Duration { return time.Since(s.start).Round(100 * time.Millisecond) }
