package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"unicode/utf8"

	"orderly.dev/cmd/kubectl-orderly/manifest"
)

// maxFile bounds each file, in bytes. The API server takes no object of more than 3 MiB; this is room for twenty of the largest.
const maxFile = 64 << 20

// extensions are those of the files in a directory that are read, as kubectl does.
var extensions = []string{".json", ".yaml", ".yml"}

// inputs are what is to be read.
type inputs struct {
	names     []string
	recursive bool
}

// file is what was read.
type file struct {
	// name is that of the file, or stdin.
	name string
	text []byte
}

// read reads everything, in the order in which it was named; files in a directory in the order of their names.
func (i inputs) read(stdin io.Reader) ([]file, error) {
	if len(i.names) == 0 {
		return nil, errors.New("nothing to read: say -f FILE, -f DIRECTORY, or -f - for standard input")
	}
	var files []file
	for _, name := range i.names {
		if name == "-" {
			text, err := readBounded(stdin, "stdin")
			if err != nil {
				return nil, err
			}
			files = append(files, file{"stdin", text})
			continue
		}
		paths, err := i.paths(name)
		if err != nil {
			return nil, err
		}
		for _, path := range paths {
			text, err := readFile(path)
			if err != nil {
				return nil, err
			}
			files = append(files, file{path, text})
		}
	}
	return files, nil
}

// paths gives the file itself, or those in a directory.
func (i inputs) paths(name string) ([]string, error) {
	info, err := os.Stat(name)
	if err != nil || !info.IsDir() {
		return []string{name}, err
	}
	var paths []string
	err = filepath.WalkDir(name, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && path != name && !i.recursive:
			return filepath.SkipDir
		case !entry.IsDir() && slices.Contains(extensions, filepath.Ext(path)):
			paths = append(paths, path)
		}
		return nil
	})
	if err == nil && len(paths) == 0 {
		err = fmt.Errorf("directory %s holds no file that ends in .yaml, .yml or .json; -R also reads the directories in it", name)
	}
	return paths, err
}

func readBounded(r io.Reader, name string) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("reading %s: %w", name, err)
	case len(text) > maxFile:
		return nil, fmt.Errorf("reading %s: it has more than %d MiB", name, maxFile>>20)
	case !utf8.Valid(text):
		return nil, fmt.Errorf("reading %s: it is not text in UTF-8", name)
	}
	return text, nil
}

// place says where a document is.
func place(name string, d manifest.Document) string {
	return fmt.Sprintf("%s, document %d (line %d)", name, d.Number, d.Line)
}
