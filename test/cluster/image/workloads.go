package image

import (
	"context"
	"fmt"
	"io/fs"
	"os/exec"
	"strings"
)

// Named is an image that the tests use as a workload.
type Named struct {
	Name string
	Settings
}

// busyboxPath lets the shell find the other commands.
const busyboxPath = "PATH=/bin"

// TestImages are the workloads of the tests. They share one layer, made of busybox.
var TestImages = []Named{
	// A shell and the usual commands; what most tests run. Debian's wget crashes on -T: use `timeout 3 wget`.
	{Name: "test/busybox:dev", Settings: Settings{Cmd: []string{"sh"}, Env: []string{busyboxPath}}},
	// The same by the name that examples use.
	{Name: "library/busybox:latest", Settings: Settings{Cmd: []string{"sh"}, Env: []string{busyboxPath}}},
	// A server of files at port 8000, for a container that runs what its image says.
	{Name: "test/httpd:dev", Settings: Settings{Entrypoint: []string{"httpd", "-f", "-p", "8000"}, Env: []string{busyboxPath}}},
	// A sidecar that never ends by itself: as PID 1 sleep has no handler for SIGTERM, so the kernel ignores it.
	{Name: "test/sleeper:dev", Settings: Settings{Entrypoint: []string{"/bin/sleep", "1000000"}, Env: []string{busyboxPath}}},
	// A command that ends, in two parts, for a container that names none or only its arguments. $(WHO) is no variable here: Kubernetes
	// replaces it in a Pod, not in an image.
	{Name: "test/greeter:dev", Settings: Settings{Entrypoint: []string{"echo", "hello from $(WHO) to"}, Cmd: []string{"the", "world"}, Env: []string{busyboxPath}}},
}

// Busybox lists the files of a small system: the program, a link for each of its commands, and the folders that programs expect.
func Busybox(ctx context.Context, program string) ([]File, error) {
	out, err := exec.CommandContext(ctx, program, "--list").Output()
	if err != nil {
		return nil, fmt.Errorf("listing the commands of %s: %w", program, err)
	}
	files := []File{
		{Path: "bin", Mode: fs.ModeDir | 0o755},
		{Path: "bin/busybox", Mode: 0o755, Source: program},
		{Path: "etc", Mode: fs.ModeDir | 0o755},
		{Path: "root", Mode: fs.ModeDir | 0o700},
		{Path: "tmp", Mode: fs.ModeDir | fs.ModeSticky | 0o777},
	}
	for command := range strings.FieldsSeq(string(out)) {
		if command != "busybox" {
			files = append(files, File{Path: "bin/" + command, Mode: fs.ModeSymlink, Link: "busybox"})
		}
	}
	return files, nil
}
