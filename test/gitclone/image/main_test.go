package image

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"orderly.dev/mutate/contract"
	"orderly.dev/test/gitclone/container"
)

// root is the folder of the image.
const root = "../../../bin/rootfs/gitclone"

// user is one that no list of users knows, as some clusters give each namespace its own.
const user = 1000650000

func TestMain(m *testing.M) {
	os.Exit(container.Enter(func() int { return testStaged(m) }))
}

func testStaged(m *testing.M) int {
	if _, err := os.Stat(filepath.Join(root, contract.ToolsCloner)); err != nil {
		fmt.Fprintf(os.Stderr, "%v: run make rootfs\n", err)
		return 1
	}
	return m.Run()
}

// listUser is what the cloner does first.
const listUser = "echo \"cloner:x:1000650000:0::$HOME:/bin/sh\" >/etc/passwd\n"

// run runs the lines of a shell script in the image, in an empty folder of the volume that the steps will see, and returns the folder,
// what the script printed, and its exit code.
func run(t *testing.T, lines string) (tree, output string, code int) {
	t.Helper()
	return runTrusting(t, nil, lines)
}

// runTrusting is run in an image that trusts one authority more.
func runTrusting(t *testing.T, authority []byte, lines string) (tree, output string, code int) {
	t.Helper()
	dir := t.TempDir()
	for d := dir; strings.HasPrefix(d, os.TempDir()) && d != os.TempDir(); d = filepath.Dir(d) {
		require.NoError(t, os.Chmod(d, 0o755)) // for any user
	}
	script := filepath.Join(dir, "script")
	require.NoError(t, os.WriteFile(script, []byte("#!/bin/sh\nset -e\numask 0\nexport GIT_CONFIG_NOSYSTEM=1 LC_ALL=C HOME="+contract.PrivateDir+
		"\ncd "+contract.TreesDir+"\n"+lines), 0o755))
	absolute, err := filepath.Abs(root)
	require.NoError(t, err)
	pod := &container.Pod{Image: container.Image{Root: absolute, Cloner: script, Authorities: authority}, User: user, Dir: filepath.Join(dir, "pod")}
	require.NoError(t, os.Mkdir(pod.Dir, 0o755))
	started, err := pod.Start()
	require.NoError(t, err)
	result := started.Wait()
	require.NoError(t, result.Err)
	return pod.Trees(), result.Log, result.Code
}
