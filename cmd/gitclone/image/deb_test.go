package main

import (
	"archive/tar"
	"bytes"
	"io/fs"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAPackagesFilesAreReadWithModesAndLinks(t *testing.T) {
	got, err := readTar(makeTar(t,
		tar.Header{Typeflag: tar.TypeDir, Name: "./", Mode: 0o755},
		tar.Header{Typeflag: tar.TypeDir, Name: "./bin/", Mode: 0o755},
		tar.Header{Typeflag: tar.TypeReg, Name: "./bin/su", Mode: 0o4755, Size: 2},
		tar.Header{Typeflag: tar.TypeLink, Name: "./bin/again", Linkname: "./bin/su"},
		tar.Header{Typeflag: tar.TypeSymlink, Name: "./sbin", Linkname: "bin", Mode: 0o777},
	), "login")
	require.NoError(t, err)
	program := entry{mode: fs.ModeSetuid | 0o755, content: []byte("xx"), owner: "login"}
	require.Equal(t, tree{
		"bin":       {mode: fs.ModeDir | 0o755, owner: "login"},
		"bin/su":    program,
		"bin/again": program,
		"sbin":      {mode: fs.ModeSymlink | 0o777, link: "bin", owner: "login"},
	}, got)

	_, err = readTar(makeTar(t, tar.Header{Typeflag: tar.TypeFifo, Name: "./pipe"}), "odd")
	require.ErrorContains(t, err, "/pipe: it is neither a file nor a folder nor a link")
}

func makeTar(t *testing.T, headers ...tar.Header) *bytes.Buffer {
	t.Helper()
	var archive bytes.Buffer
	writer := tar.NewWriter(&archive)
	for _, header := range headers {
		require.NoError(t, writer.WriteHeader(&header))
		_, err := writer.Write(bytes.Repeat([]byte("x"), int(header.Size)))
		require.NoError(t, err)
	}
	require.NoError(t, writer.Close())
	return &archive
}
