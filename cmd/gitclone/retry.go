package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"
)

// patience is how often a command that talks to a server is tried again, and how long is waited before that.
type patience []time.Duration

// usualPatience is three times. Each wait is up to a quarter shorter or longer, so that many Pods that lost the same server at once do not all
// come back at once.
var usualPatience = patience{time.Second, 2 * time.Second, 4 * time.Second}

// try runs a command until it succeeds, fails for good, or patience is over.
func (p patience) try(ctx context.Context, g git, c command) (outcome, error) {
	for attempt := 0; ; attempt++ {
		o, err := g.run(ctx, c)
		if !c.online || !kindOf(err).passes() || attempt == len(p) || ctx.Err() != nil {
			return o, err
		}
		wait := jitter(p[attempt])
		g.tell(fmt.Sprintf("%v; trying again in %.1f s (%d of %d)", err, wait.Seconds(), attempt+1, len(p)))
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return o, &failure{kind: stopped, what: "stopped: " + context.Cause(ctx).Error()}
		}
	}
}

// jitter is a duration within a quarter of the given one.
func jitter(d time.Duration) time.Duration {
	return d - d/4 + rand.N(d/2+1) //nolint:gosec // nobody gains by guessing it
}
