package e2e

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	corev1 "k8s.io/api/core/v1"
)

// gitImage is what a user's image with git is like: that of the cloner, with what its owner left out. [gitServers] pushes it.
const gitImage = registry + "/test/git:dev"

// gitStep is a step that has git, and runs as another user than the cloner.
func gitStep(name, script string) corev1.Container {
	c := shell(name, script)
	c.Image = gitImage
	c.SecurityContext = &corev1.SecurityContext{RunAsUser: new(int64(7777))}
	return c
}

// pushGitImage makes the image in a folder.
func pushGitImage(folder string) error {
	const busybox = "bin/busybox"
	program, err := os.ReadFile("/" + busybox)
	if err != nil {
		return err
	}
	err = errors.Join(
		os.CopyFS(folder, os.DirFS("../../bin/rootfs/gitclone")),
		os.WriteFile(filepath.Join(folder, busybox), program, 0o755),
	)
	if err != nil {
		return err
	}
	for _, name := range []string{"cat", "env", "grep", "id", "ls", "mkdir", "rm", "sleep", "sort"} {
		if err := os.Symlink("busybox", filepath.Join(folder, "bin", name)); err != nil {
			return err
		}
	}
	if said, err := cluster("push", "test/git:dev="+folder+",user=65532:65532").CombinedOutput(); err != nil {
		return fmt.Errorf("pushing %s: %w: %s", gitImage, err, said)
	}
	return nil
}
