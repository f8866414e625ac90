package container

import (
	"errors"
	"fmt"
	"path/filepath"
	"syscall"

	"orderly.dev/mutate/contract"
)

// bind is one mount of a file or folder of this machine.
type bind struct {
	source, target string // target in the container
	readOnly       bool
}

// mount puts the container's root together: the image and the layer over it, read-only, and the volumes in their places.
func (p *Pod) mount() (root string, err error) {
	root = filepath.Join(p.Dir, "root")
	lower := fmt.Sprintf("lowerdir=%s:%s", filepath.Join(p.Dir, "layer"), p.Image.Root)
	if err := syscall.Mount("overlay", root, "overlay", syscall.MS_RDONLY, lower); err != nil {
		return "", fmt.Errorf("mounting the image at %s: %w", root, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.unmount())
		}
	}()
	for _, b := range p.binds() {
		target := filepath.Join(root, b.target)
		if err := syscall.Mount(b.source, target, "", syscall.MS_BIND|syscall.MS_REC, ""); err != nil {
			return "", fmt.Errorf("mounting %s at %s: %w", b.source, target, err)
		}
		if !b.readOnly {
			continue
		}
		if err := syscall.Mount("", target, "", syscall.MS_BIND|syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
			return "", fmt.Errorf("making %s read-only: %w", target, err)
		}
	}
	return root, nil
}

func (p *Pod) binds() []bind {
	binds := []bind{
		{source: "/proc", target: "/proc"},
		{source: filepath.Join(p.Dir, "trees"), target: contract.TreesDir},
		{source: filepath.Join(p.Dir, "private"), target: contract.PrivateDir},
		{source: filepath.Join(p.Dir, "run"), target: contract.StepDir(contract.CloneContainer)},
		{source: filepath.Join(p.Dir, "termination-log"), target: "/dev/termination-log"},
	}
	for _, device := range []string{"null", "zero", "random", "urandom"} {
		binds = append(binds, bind{source: "/dev/" + device, target: "/dev/" + device})
	}
	for name := range p.Secrets {
		binds = append(binds, bind{source: filepath.Join(p.Dir, "secrets", name), target: filepath.Join(contract.SecretsDir, name), readOnly: true})
	}
	for inContainer, file := range p.Image.Programs {
		binds = append(binds, bind{source: file, target: inContainer, readOnly: true})
	}
	cloner := p.Image.Cloner
	if cloner == "" {
		cloner = filepath.Join(p.Image.Root, contract.ToolsCloner)
	}
	return append(binds, bind{source: cloner, target: contract.ToolsCloner, readOnly: true})
}

// unmount takes the root and all that is mounted below it away.
func (p *Pod) unmount() error {
	if err := syscall.Unmount(filepath.Join(p.Dir, "root"), syscall.MNT_DETACH); err != nil {
		return fmt.Errorf("unmounting the image: %w", err)
	}
	return nil
}
