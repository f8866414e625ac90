package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// noteMissing says which directories of a sparse checkout are not there: git takes any name.
func (j job) noteMissing() {
	for _, directory := range j.repository.Sparse {
		if !exists(filepath.Join(j.tree, directory)) {
			j.tell(fmt.Sprintf("warning: sparse names %s, which is not in the tree", directory))
		}
	}
}

// removeGit removes what git knows about the tree, if that is wanted: .git, and the files of that name that lead submodules there. git
// lets nothing else have this name.
func (j job) removeGit() error {
	if !j.repository.RemoveGit {
		return nil
	}
	err := os.RemoveAll(filepath.Join(j.tree, ".git"))
	if j.repository.Submodules {
		err = errors.Join(err, removeLeads(j.tree))
	}
	if err != nil {
		return fmt.Errorf("removing .git: %w", err)
	}
	return nil
}

// removeLeads removes everything that is called .git, at any depth. Links are not followed.
func removeLeads(tree string) error {
	root, err := os.OpenRoot(tree)
	if err != nil {
		return err
	}
	defer root.Close() //nolint:errcheck // nothing was written through it
	return fs.WalkDir(root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.Name() != ".git" {
			return err
		}
		if err := root.RemoveAll(name); err != nil || !entry.IsDir() {
			return err
		}
		return fs.SkipDir
	})
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}
