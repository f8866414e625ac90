package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"orderly.dev/mutate/contract/clone"
)

// place moves a tree to where the steps find it. The path is free or an empty directory, such as git leaves for a submodule that is not checked
// out; rename(2) replaces one.
func (l layout) place(part string, path clone.Path) error {
	if err := l.makeParents(path); err != nil {
		return err
	}
	target := filepath.Join(l.tree, string(path))
	err := syscall.Rename(l.treeOf(part), target)
	switch {
	case errors.Is(err, syscall.ENOTEMPTY), errors.Is(err, syscall.EEXIST), errors.Is(err, syscall.ENOTDIR):
		return occupiedBy(path)
	case err != nil:
		return fmt.Errorf("moving the tree to %s: %w", target, err)
	}
	if err := os.RemoveAll(filepath.Join(l.part, part)); err != nil {
		return fmt.Errorf("removing what is half done: %w", err)
	}
	return nil
}

// checkFree says whether a tree can be placed, before its record says that it is complete: one that cannot be never will.
func (l layout) checkFree(path clone.Path) error {
	if err := l.makeParents(path); err != nil {
		return err
	}
	target := filepath.Join(l.tree, string(path))
	if !exists(target) {
		return nil
	}
	entries, err := os.ReadDir(target)
	if err != nil || len(entries) > 0 || isLink(target) {
		return occupiedBy(path)
	}
	return nil
}

// makeParents makes the directories above a path. Those that are there belong to an outer repository, which may hold anything: a link
// in the way would lead out of the workspace, so none is followed.
func (l layout) makeParents(path clone.Path) error {
	directory := l.tree
	if path == "." {
		return nil
	}
	elements := strings.Split(string(path), "/")
	for _, element := range append([]string{"."}, elements[:len(elements)-1]...) {
		directory = filepath.Join(directory, element)
		info, err := os.Lstat(directory)
		switch {
		case errors.Is(err, os.ErrNotExist):
			if err := os.Mkdir(directory, 0o777); err != nil {
				return fmt.Errorf("making the directory of a repository: %w", err)
			}
		case err != nil:
			return fmt.Errorf("making the directory of a repository: %w", err)
		case !info.IsDir():
			return occupiedBy(path)
		}
	}
	return nil
}

func isLink(name string) bool {
	info, err := os.Lstat(name)
	return err == nil && info.Mode()&os.ModeSymlink != 0
}

func occupiedBy(path clone.Path) error {
	return &failure{kind: occupied, what: fmt.Sprintf("there is something else at %s already, from the repository around it", path),
		hint: "choose another path"}
}
