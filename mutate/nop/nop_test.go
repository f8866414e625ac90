package nop_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"orderly.dev/mutate/nop"
)

// defaultPath is what container runtimes give to a container that has no PATH, neither from its image nor from the Pod.
const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

func TestKnows(t *testing.T) {
	for _, tc := range []struct {
		name    string
		command []string
		want    bool
	}{
		{"no command, which is the image's own", nil, true},
		{"a program that is looked up", []string{"sh", "-c", "exit 3"}, true},
		{"the same in a folder of the PATH", []string{"/bin/sh"}, true},
		{"the same in another", []string{"/usr/local/bin/sh"}, true},
		{"the same, written in a strange way", []string{"//usr/./bin/../bin/sh"}, true},
		{"a program elsewhere", []string{"/fluent-bit/bin/fluent-bit", "-c", "x"}, true},
		{"a program at the root", []string{"/daprd"}, true},
		{"the program of the image itself", []string{"/nop"}, true},
		{"a known program where it is not", []string{"/opt/sh"}, false},
		{"a program at the root that is looked up", []string{"daprd"}, false},
		{"a program that nobody knows", []string{"server"}, false},
		{"one in a folder of the PATH", []string{"/usr/bin/server"}, false},
		{"one elsewhere", []string{"/app/server"}, false},
		{"a known program as an argument", []string{"server", "sh"}, false},
		{"a path below the working directory", []string{"./sh"}, false},
		{"a path without a dot below the working directory", []string{"bin/sh"}, false},
		{"a variable", []string{"$(SHELL)"}, false},
		{"a folder", []string{"/bin/"}, false},
		{"nothing", []string{""}, false},
		{"a comment of the list", []string{"# Meshes"}, false},
		{"the wrapper's own image has it, but it is not nop", []string{"/entrypoint"}, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			require.Equal(t, tc.want, nop.Knows(tc.command))
		})
	}
}

// Of everything in the image nop runs, and is known, and that is all that is known.
func TestWhatIsKnownIsInTheImage(t *testing.T) {
	root := stageImage(t)
	staged := 0
	require.NoError(t, filepath.WalkDir(root, func(file string, _ fs.DirEntry, err error) error {
		require.NoError(t, err)
		if info, err := os.Stat(file); err != nil || info.IsDir() {
			return err
		}
		command := []string{strings.TrimPrefix(file, root)}
		require.True(t, nop.Knows(command), "%s is staged", command)
		requireEndsWell(t, root, command, []string{"-c", "exit 3"})
		staged++
		return nil
	}))
	listed := 0
	for _, line := range readList(t) {
		require.True(t, nop.Knows([]string{line}), line)
		requireEndsWell(t, root, []string{line}, nil)
		listed++
	}
	require.Equal(t, listed, staged, "lines of the list, and links of the image with nop itself")
}

// The list has each command once, and no path that is a program of the PATH as well, because then one would hide the other.
func TestTheListIsClean(t *testing.T) {
	seen := map[string]bool{}
	for _, line := range readList(t) {
		require.False(t, seen[line], "%s is there twice", line)
		seen[line] = true
		require.NotContains(t, line, " ")
		if folder, _ := filepath.Split(line); folder != "" {
			require.Equal(t, filepath.Clean(line), line)
			require.True(t, filepath.IsAbs(line), line)
			require.NotContains(t, strings.Split(defaultPath, ":"), filepath.Clean(folder), "%s: write the program alone", line)
		}
	}
}

// The tools image is pulled on every node that runs a Pod of ours.
func TestTheImageStaysSmall(t *testing.T) {
	root, size := stageImage(t), int64(0)
	require.NoError(t, filepath.WalkDir(root, func(_ string, entry fs.DirEntry, err error) error {
		require.NoError(t, err)
		info, err := entry.Info()
		if err == nil && info.Mode().IsRegular() {
			size += info.Size()
			require.Equal(t, "nop", entry.Name(), "all others are links")
		}
		return err
	}))
	require.Less(t, size, int64(1500<<10))
}

// stageImage lays out the files of the image that concern nop, as `make rootfs` does.
func stageImage(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", filepath.Join(root, "nop"), "orderly.dev/cmd/nop")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	output, err := build.CombinedOutput()
	require.NoError(t, err, string(output))
	output, err = exec.CommandContext(t.Context(), "./stage.sh", root).CombinedOutput()
	require.NoError(t, err, string(output))
	return root
}

// readList gives the lines that stage.sh reads, without those for people.
func readList(t *testing.T) []string {
	t.Helper()
	content, err := os.ReadFile("commands.txt")
	require.NoError(t, err)
	var lines []string
	for line := range strings.Lines(string(content)) {
		if line = strings.TrimSuffix(line, "\n"); line != "" && line[0] != '#' {
			lines = append(lines, line)
		}
	}
	require.NotEmpty(t, lines)
	return lines
}

// requireEndsWell starts a command as a runtime would in that image, with no PATH of the Pod's, and asserts that nop says nothing and ends with 0.
func requireEndsWell(t *testing.T, root string, command, args []string) {
	t.Helper()
	require.True(t, nop.Knows(command), "%s is not known", command)
	all := slices.Concat(command, args)
	if len(command) == 0 {
		all = append([]string{"/nop"}, args...)
	}
	program := find(t, root, all[0])
	// Any root will do for a link that is relative and leads to nop, so there is no need for the right to change it.
	target, err := filepath.EvalSymlinks(program)
	require.NoError(t, err)
	want, err := filepath.EvalSymlinks(filepath.Join(root, "nop"))
	require.NoError(t, err)
	require.Equal(t, want, target)
	said, err := exec.CommandContext(t.Context(), program, all[1:]...).CombinedOutput()
	require.NoError(t, err, "%s", all)
	require.Empty(t, said)
}

// find returns where the program is in the image.
func find(t *testing.T, root, program string) string {
	t.Helper()
	if strings.Contains(program, "/") {
		return filepath.Join(root, program)
	}
	for folder := range strings.SplitSeq(defaultPath, ":") {
		if file := filepath.Join(root, folder, program); isFile(file) {
			return file
		}
	}
	require.Fail(t, "not in the PATH", program)
	return ""
}

func isFile(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular()
}
