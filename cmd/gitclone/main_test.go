package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// clonerBinary is the built binary that these tests run, made as it is shipped.
var clonerBinary string

func TestMain(m *testing.M) { os.Exit(testWithCloner(m)) }

func testWithCloner(m *testing.M) int {
	directory, err := os.MkdirTemp("", "gitclone")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(directory) }()
	clonerBinary = filepath.Join(directory, "gitclone")
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", clonerBinary, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "building the cloner: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}
