//go:build !unix

package main

import "os"

// resizes tells nothing: there is no signal for it here, and the next frame is drawn within a second.
func resizes() (told <-chan os.Signal, stop func()) { return nil, func() {} }
