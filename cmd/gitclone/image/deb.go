package main

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path"
	"strings"
)

// deb is an unpacked package.
type deb struct {
	pinned
	control []byte // what it says about itself
	files   tree
}

// openDeb reads a package's file.
func openDeb(ctx context.Context, p pinned, file string) (deb, error) {
	control, _, err := output(exec.CommandContext(ctx, "dpkg-deb", "--field", file))
	if err != nil {
		return deb{}, fmt.Errorf("reading what %s says about itself: %w", p, err)
	}
	archive, _, err := output(exec.CommandContext(ctx, "dpkg-deb", "--fsys-tarfile", file))
	if err != nil {
		return deb{}, fmt.Errorf("unpacking %s: %w", p, err)
	}
	files, err := readTar(strings.NewReader(archive), p.name)
	if err != nil {
		return deb{}, fmt.Errorf("unpacking %s: %w", p, err)
	}
	return deb{pinned: p, control: []byte(control), files: files}, nil
}

// readTar reads the files of a package of this name.
func readTar(archive io.Reader, owner string) (tree, error) {
	files := tree{}
	for reader := tar.NewReader(archive); ; {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		if err != nil {
			return nil, err
		}
		name := path.Clean("/" + header.Name)[1:]
		e := entry{mode: header.FileInfo().Mode(), owner: owner}
		switch header.Typeflag {
		case tar.TypeDir:
		case tar.TypeSymlink:
			e.link = header.Linkname
		case tar.TypeReg:
			e.content, err = io.ReadAll(reader)
		case tar.TypeLink:
			e = files[path.Clean("/" + header.Linkname)[1:]]
		default:
			err = errors.New("it is neither a file nor a folder nor a link")
		}
		if err != nil {
			return nil, fmt.Errorf("/%s: %w", name, err)
		}
		if name != "" {
			files[name] = e
		}
	}
}

// output runs a program and returns what it prints and what it complains about, which is also part of an error.
func output(command *exec.Cmd) (string, string, error) {
	var out, complaint strings.Builder
	command.Stdout, command.Stderr = &out, &complaint
	err := command.Run()
	if errors.Is(err, exec.ErrNotFound) {
		err = fmt.Errorf("%w: the image is made of Debian's packages, on Debian 12 or in a container of it", err)
	} else if err != nil {
		err = fmt.Errorf("%s: %w: %s", command.Args[0], err, strings.TrimSpace(complaint.String()))
	}
	return out.String(), strings.TrimSpace(complaint.String()), err
}
