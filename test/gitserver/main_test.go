package gitserver

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

func TestMain(m *testing.M) { os.Exit(testWithPrograms(m)) }

// testWithPrograms says what is missing before any test runs.
func testWithPrograms(m *testing.M) int {
	var missing []error
	for name, program := range map[string]string{"apache2-bin": "/usr/sbin/apache2", "openssh-server": "/usr/sbin/sshd", "openssh-client": "ssh",
		"git": "git", "git-lfs": "git-lfs"} {
		if _, err := exec.LookPath(program); err != nil {
			missing = append(missing, fmt.Errorf("%s is missing: install it with test/packages.sh %s", program, name))
		}
	}
	if os.Geteuid() != 0 {
		missing = append(missing, errors.New("these tests need root, because sshd knows a user git that the machine does not"))
	}
	if err := errors.Join(missing...); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// readableDir returns a new folder that the servers' users can read.
func readableDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "git") //nolint:usetesting // above that of the test is a folder that only root may enter
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// gitAs runs git as a user would, with the given configuration and environment.
func gitAs(t *testing.T, environment []string, args ...string) (string, error) {
	t.Helper()
	command := exec.CommandContext(t.Context(), "git", args...)
	home := t.TempDir()
	command.Dir = home
	command.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "GIT_TERMINAL_PROMPT=0", "GIT_CONFIG_NOSYSTEM=1", "LC_ALL=C",
		"GIT_CONFIG_GLOBAL=" + filepath.Join(home, "config")}, environment...)
	output, err := command.CombinedOutput()
	return string(output), err
}
