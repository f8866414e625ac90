package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// wrapper is the built binary that these tests run, made as it is shipped: static and stripped. Beside it lies the link
// leave-group, a program that only these tests need.
var wrapper string

// patience bounds every wait of these tests. What takes so long will never come.
const patience = 30 * time.Second

// glance is how long these tests sleep between two looks at a condition.
const glance = 2 * time.Millisecond

func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == leaveGroup {
		fmt.Fprintln(os.Stderr, leaveGroupAndBecome(os.Args[1:]))
		os.Exit(1)
	}
	os.Exit(testWithWrapper(m))
}

// leaveGroup is the name under which the test binary joins its parent's process group and becomes another program. No
// common tool does that.
const leaveGroup = "leave-group"

func leaveGroupAndBecome(words []string) error {
	group, err := syscall.Getpgid(os.Getppid())
	if err != nil {
		return err
	}
	if err := syscall.Setpgid(0, group); err != nil {
		return err
	}
	file, err := exec.LookPath(words[0])
	if err != nil {
		return err
	}
	return syscall.Exec(file, words, os.Environ())
}

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
	self, err := os.Executable()
	if err == nil {
		err = os.Symlink(self, filepath.Join(directory, leaveGroup))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}
