//go:build !linux

package main

import (
	"fmt"
	"os"
	"runtime"
)

func main() {
	_, _ = fmt.Fprintf(os.Stderr, "cluster: a Kubernetes node needs Linux, this is %s: run it in a Linux machine\n", runtime.GOOS)
	os.Exit(1)
}
