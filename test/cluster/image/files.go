package image

import (
	"archive/tar"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// File is one entry of a layer.
type File struct {
	Path   string // in the image, without a slash in front
	Mode   fs.FileMode
	Source string // a file of this machine with the content
	Link   string // where a symbolic link points to
}

// Walk lists what lies in a folder that is laid out like the root of an image.
func Walk(root string) ([]File, error) {
	var files []File
	err := filepath.WalkDir(root, func(full string, entry fs.DirEntry, err error) error {
		if err != nil || full == root {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(root, full)
		if err != nil {
			return err
		}
		file := File{Path: filepath.ToSlash(relative), Mode: info.Mode()}
		switch {
		case info.Mode().IsRegular():
			file.Source = full
		case info.Mode()&fs.ModeSymlink != 0:
			if file.Link, err = os.Readlink(full); err != nil {
				return err
			}
		case !info.IsDir():
			return fmt.Errorf("%s is neither a file nor a folder nor a link: images of ours hold nothing else", full)
		}
		files = append(files, file)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading the files of an image: %w", err)
	}
	return files, nil
}

// writeTar writes the files as the layer of an image.
func writeTar(out io.Writer, files []File) error {
	layer := tar.NewWriter(out)
	for _, file := range slices.SortedFunc(slices.Values(files), func(a, b File) int { return strings.Compare(a.Path, b.Path) }) {
		if err := writeEntry(layer, file); err != nil {
			return fmt.Errorf("adding %s to an image: %w", file.Path, err)
		}
	}
	return layer.Close()
}

func writeEntry(layer *tar.Writer, file File) error {
	// Owner and times are left out on purpose: they would differ from machine to machine.
	header := &tar.Header{Name: path.Clean(file.Path), Format: tar.FormatPAX, Mode: int64(file.Mode.Perm())}
	if file.Mode&fs.ModeSticky != 0 {
		header.Mode |= 0o1000
	}
	if file.Mode&fs.ModeSetgid != 0 {
		header.Mode |= 0o2000
	}
	if file.Mode&fs.ModeSetuid != 0 {
		header.Mode |= 0o4000
	}
	switch {
	case file.Mode.IsDir():
		header.Typeflag, header.Name = tar.TypeDir, header.Name+"/"
		return layer.WriteHeader(header)
	case file.Link != "":
		header.Typeflag, header.Linkname, header.Mode = tar.TypeSymlink, file.Link, 0o777
		return layer.WriteHeader(header)
	}
	header.Typeflag = tar.TypeReg
	content, err := os.Open(file.Source)
	if err != nil {
		return err
	}
	defer func() { _ = content.Close() }()
	info, err := content.Stat()
	if err != nil {
		return err
	}
	header.Size = info.Size()
	if err := layer.WriteHeader(header); err != nil {
		return err
	}
	_, err = io.Copy(layer, content)
	return err
}
