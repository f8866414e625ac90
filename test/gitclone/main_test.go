package gitclone

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"orderly.dev/test/gitclone/container"
)

// scratch is a folder that every user can read.
var scratch string

// image is the folder of the real image; quickCloner is the cloner with short waits, for servers that do not answer.
var image, quickCloner string

var imageFlag = flag.String("image", "../../bin/rootfs/gitclone", "the folder of the cloner's image")

// servers are what all tests clone from.
var servers *site

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(container.Enter(func() int { return testWithServers(m) }))
}

func testWithServers(m *testing.M) int {
	code := 1
	err := prepare()
	if err == nil {
		code = m.Run()
	}
	if servers != nil {
		err = errors.Join(err, servers.close())
	}
	if err = errors.Join(err, os.RemoveAll(scratch)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

func prepare() error {
	var err error
	if scratch, err = os.MkdirTemp("", "clone"); err != nil {
		return err
	}
	if err := os.Chmod(scratch, 0o755); err != nil {
		return err
	}
	if image, err = filepath.Abs(*imageFlag); err != nil {
		return err
	}
	quickCloner = filepath.Join(scratch, "gitclone")
	if err := errors.Join(requirePrograms(), buildQuickCloner()); err != nil {
		return err
	}
	servers, err = startSite(scratch)
	return err
}

// requirePrograms says what is missing.
func requirePrograms() error {
	var missing []error
	for name, program := range map[string]string{"apache2-bin": "/usr/sbin/apache2", "openssh-server": "/usr/sbin/sshd", "git-lfs": "git-lfs"} {
		if _, err := exec.LookPath(program); err != nil {
			missing = append(missing, fmt.Errorf("%s is missing: install it with test/packages.sh %s", program, name))
		}
	}
	if _, err := os.Stat(filepath.Join(image, "gitclone")); err != nil {
		missing = append(missing, fmt.Errorf("%w: run make rootfs", err))
	}
	return errors.Join(missing...)
}
