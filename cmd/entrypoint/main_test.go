package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// wrapper is the built binary that these tests run, made as it is shipped: static and stripped.
var wrapper string

// patience bounds every wait of these tests. What takes so long will never come.
const patience = 30 * time.Second

// glance is how long these tests sleep between two looks at a condition.
const glance = 2 * time.Millisecond

func TestMain(m *testing.M) { os.Exit(testWithWrapper(m)) }

func testWithWrapper(m *testing.M) int {
	directory, err := os.MkdirTemp("", "entrypoint")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(directory) }()
	wrapper = filepath.Join(directory, "entrypoint")
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", wrapper, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "building the wrapper: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}
