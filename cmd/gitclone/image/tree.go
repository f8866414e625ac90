package main

import (
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// entry is one file of a package.
type entry struct {
	mode    fs.FileMode // with its type: a folder, a symbolic link or a file
	link    string      // where a symbolic link leads to
	content []byte
	owner   string // the name of the package that it comes from
}

// tree is what some packages would install together, by path without a slash in front.
type tree map[string]entry

// add puts another package's files beside those that are there. Folders may belong to several packages, files to one.
func (t tree) add(other tree) error {
	for name, e := range other {
		if before, exists := t[name]; exists && (!before.mode.IsDir() || !e.mode.IsDir()) {
			return fmt.Errorf("the packages %s and %s both have /%s", before.owner, e.owner, name)
		}
		t[name] = e
	}
	return nil
}

// manyLinks is what the kernel follows before it gives up (path_resolution(7)).
const manyLinks = 40

// follow walks to a file or folder as the kernel would and returns the paths of the links on the way, then its own. The root is
// the tree's.
func (t tree) follow(name string) ([]string, error) {
	var passed []string
	rest := strings.Split(strings.TrimPrefix(path.Clean("/"+name), "/"), "/")
	at := ""
	for len(rest) > 0 {
		next := strings.TrimPrefix(path.Clean("/"+at+"/"+rest[0]), "/")
		rest = rest[1:]
		e, exists := t[next]
		if next != "" && !exists {
			return nil, fmt.Errorf("no package has /%s, on the way to /%s: %w", next, name, fs.ErrNotExist)
		}
		if e.mode&fs.ModeSymlink == 0 {
			at = next
			continue
		}
		if passed = append(passed, next); len(passed) > manyLinks {
			return nil, fmt.Errorf("/%s is behind too many links", name)
		}
		if path.IsAbs(e.link) {
			at = ""
		}
		rest = append(strings.Split(strings.Trim(e.link, "/"), "/"), rest...)
	}
	return append(passed, at), nil
}
