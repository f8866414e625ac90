package main

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
)

// write lays the files out in a folder, which must be empty or not exist: what an earlier image had must not get into this one.
// Whatever the umask, the modes are those of the packages. Owners and times are left to what writes the image.
func (t tree) write(dir string) error {
	if before, err := os.ReadDir(dir); err == nil && len(before) > 0 {
		return fmt.Errorf("%s is not empty: remove it first", dir)
	}
	whole := t.withFolders()
	for _, name := range slices.Sorted(maps.Keys(whole)) { // a folder sorts before what is in it
		if err := whole[name].write(filepath.Join(dir, name)); err != nil {
			return fmt.Errorf("staging /%s: %w", name, err)
		}
	}
	return nil
}

// withFolders adds the folders that the files lie in, and the root, all open to every user.
func (t tree) withFolders() tree {
	whole := maps.Clone(t)
	for name := range t {
		for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
			whole[dir] = folder
		}
	}
	whole[""] = folder
	return whole
}

func (e entry) write(file string) error {
	switch {
	case e.mode&fs.ModeSymlink != 0:
		return os.Symlink(e.link, file)
	case e.mode.IsDir():
		if err := os.MkdirAll(file, e.mode.Perm()); err != nil {
			return err
		}
	default:
		if err := os.WriteFile(file, e.content, e.mode.Perm()); err != nil {
			return err
		}
	}
	return os.Chmod(file, e.mode.Perm())
}
