package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

// stopOrder is a signal that ends the cloner.
type stopOrder struct{ signal syscall.Signal }

func (s stopOrder) Error() string { return fmt.Sprintf("signal %d (%s)", s.signal, s.signal) }

// untilSignal ends a context when the container is told to stop. As the first process of a container the cloner would not get a signal that it
// does not ask for.
func untilSignal(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	arrived := make(chan os.Signal, 1)
	signal.Notify(arrived, syscall.SIGTERM, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGHUP)
	go func() {
		select {
		case s := <-arrived:
			if number, ok := s.(syscall.Signal); ok {
				cancel(stopOrder{number})
			}
		case <-ctx.Done():
		}
	}()
	return ctx, func() {
		signal.Stop(arrived)
		cancel(nil)
	}
}

// stopSignal is the signal that ended a context, and false where none did.
func stopSignal(ctx context.Context) (syscall.Signal, bool) {
	s, ok := errors.AsType[stopOrder](context.Cause(ctx))
	return s.signal, ok
}
