package conformance

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
)

// programs is a directory with the wrapper, built as it is shipped, and the programs of this test binary.
var programs string

func TestMain(m *testing.M) {
	if program, isProgram := ownPrograms[filepath.Base(os.Args[0])]; isProgram {
		if err := program(os.Args[1:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(probeExit)
	}
	os.Exit(testWithPrograms(m))
}

func testWithPrograms(m *testing.M) int {
	var err error
	if programs, err = os.MkdirTemp("", "conformance"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(programs) }()
	if err := errors.Join(requireInstalled(), buildWrapper(), linkOwnPrograms()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	stopIgnoring()
	return m.Run()
}

// stopIgnoring makes commands start with the default for every signal. A shell has what it runs in the background ignore some, which
// every command would inherit; those that are caught are at their default again in a command.
func stopIgnoring() {
	for n := syscall.Signal(1); n <= 31; n++ {
		if signal.Ignored(n) {
			signal.Notify(make(chan os.Signal, 1), n)
		}
	}
}

// requireInstalled says which of the programs to compare with are missing.
func requireInstalled() error {
	var missing []error
	for _, name := range []string{"tini", "dumb-init"} {
		if _, err := exec.LookPath(name); err != nil {
			missing = append(missing, fmt.Errorf("%s is missing: install it with test/packages.sh %[1]s", name))
		}
	}
	return errors.Join(missing...)
}

func buildWrapper() error {
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", filepath.Join(programs, "entrypoint"), "orderly.dev/cmd/entrypoint")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("building the wrapper: %w\n%s", err, out)
	}
	return nil
}

// linkOwnPrograms makes this test binary callable by the name of each of its programs.
func linkOwnPrograms() error {
	self, err := os.Executable()
	for name := range ownPrograms {
		err = errors.Join(err, os.Symlink(self, filepath.Join(programs, name)))
	}
	return err
}
