package build

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// Assets makes a folder with what controller-runtime's envtest looks for (KUBEBUILDER_ASSETS) and returns its path. It builds no more
// than that: tests against a bare API server do not wait for a whole node to be built.
func (b Builder) Assets(ctx context.Context) (string, error) {
	programs, err := b.Build(ctx, "etcd", "kube-apiserver", "kubectl")
	if err != nil {
		return "", err
	}
	folder := filepath.Join(b.Cache, "assets-"+b.Kube)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", fmt.Errorf("making the folder for assets: %w", err)
	}
	for name, target := range programs {
		if err := relink(target, filepath.Join(folder, name)); err != nil {
			return "", fmt.Errorf("linking %s: %w", name, err)
		}
	}
	return folder, nil
}

// relink makes a link or points it elsewhere, without a moment in which it is not there: tests may be running.
func relink(target, link string) error {
	if now, err := os.Readlink(link); err == nil && now == target {
		return nil
	}
	temporary := fmt.Sprintf("%s.%d", link, os.Getpid())
	if err := os.Symlink(target, temporary); err != nil {
		return err
	}
	return os.Rename(temporary, link)
}
