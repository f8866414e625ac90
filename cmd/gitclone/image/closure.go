package main

import (
	"bytes"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
)

// closure returns the paths of the wanted files and of everything that they cannot run without: the links that lead to them, the
// dynamic loader, the libraries that they are linked to, the interpreters of scripts. What a program loads by itself later does
// not show in it; such files have to be wanted by name.
func closure(t tree, wanted, libraryDirs []string) ([]string, error) {
	found := map[string]bool{}
	for queue := slices.Clone(wanted); len(queue) > 0; queue = queue[1:] {
		steps, err := t.follow(queue[0])
		if err != nil {
			return nil, err
		}
		file := steps[len(steps)-1]
		seen := found[file]
		for _, step := range steps {
			found[step] = true
		}
		if seen {
			continue
		}
		needed, err := needs(t[file].content)
		if err != nil {
			return nil, fmt.Errorf("looking what /%s needs: %w", file, err)
		}
		for _, name := range needed {
			if !strings.Contains(name, "/") {
				if name, err = t.library(name, libraryDirs); err != nil {
					return nil, fmt.Errorf("/%s: %w", file, err)
				}
			}
			queue = append(queue, name)
		}
	}
	return slices.Sorted(maps.Keys(found)), nil
}

// library finds a shared library as the loader does.
func (t tree) library(name string, dirs []string) (string, error) {
	for _, dir := range dirs {
		if _, exists := t[path.Join(dir, name)]; exists {
			return path.Join(dir, name), nil
		}
	}
	return "", fmt.Errorf("no package has the library %s: %w", name, fs.ErrNotExist)
}

// needs returns the paths and the names of libraries without which a file cannot run. Most files need nothing.
func needs(content []byte) ([]string, error) {
	if script, is := bytes.CutPrefix(content, []byte("#!")); is {
		line, _, _ := strings.Cut(string(script), "\n")
		return strings.Fields(line)[:1], nil
	}
	if !bytes.HasPrefix(content, []byte(elf.ELFMAG)) {
		return nil, nil
	}
	binary, err := elf.NewFile(bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	for _, tag := range []elf.DynTag{elf.DT_RPATH, elf.DT_RUNPATH} {
		if paths, err := binary.DynString(tag); err != nil || len(paths) > 0 {
			return nil, errors.Join(err, fmt.Errorf("it looks for libraries in %q, where nothing is put", paths))
		}
	}
	libraries, err := binary.ImportedLibraries()
	if err != nil {
		return nil, err
	}
	loader, err := interpreter(binary)
	return append(loader, libraries...), err
}

// interpreter returns the path of the dynamic loader, or nothing for a library.
func interpreter(binary *elf.File) ([]string, error) {
	for _, segment := range binary.Progs {
		if segment.Type == elf.PT_INTERP {
			name, err := io.ReadAll(segment.Open())
			return []string{strings.TrimRight(string(name), "\x00")}, err
		}
	}
	return nil, nil
}
