//go:build unix

package main

import (
	"os"
	"os/signal"
	"syscall"
)

// resizes tells when the terminal has got another size, until stop is called.
func resizes() (told <-chan os.Signal, stop func()) {
	channel := make(chan os.Signal, 1)
	signal.Notify(channel, syscall.SIGWINCH)
	return channel, func() { signal.Stop(channel) }
}
