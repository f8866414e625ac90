package image

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/stretchr/testify/require"
)

func TestSpecsSayWhatADockerfileWould(t *testing.T) {
	for _, tc := range []struct {
		text string
		want Spec
	}{
		{"a:dev=rootfs", Spec{Name: "a:dev", Folder: "rootfs"}},
		{
			"orderly/tools:dev=bin/rootfs/tools,entrypoint=/nop,user=65532:65532",
			Spec{Name: "orderly/tools:dev", Folder: "bin/rootfs/tools", Settings: Settings{Entrypoint: []string{"/nop"}, User: "65532:65532"}},
		},
		{
			"a:1=x,entrypoint=/bin/sh,entrypoint=-c,cmd=sleep 5,env=PATH=/bin,env=A=b=c,workdir=/tmp",
			Spec{Name: "a:1", Folder: "x", Settings: Settings{
				Entrypoint: []string{"/bin/sh", "-c"}, Cmd: []string{"sleep 5"}, Env: []string{"PATH=/bin", "A=b=c"}, WorkingDir: "/tmp",
			}},
		},
	} {
		t.Run(tc.text, func(t *testing.T) {
			got, err := ParseSpec(tc.text)
			require.NoError(t, err)
			require.Equal(t, tc.want, got)
		})
	}
}

func TestSpecsThatAreWrongAreAllNamed(t *testing.T) {
	wrong := []string{"", "a:dev", "=rootfs", "a:dev=", "a:dev=x,user", "a:dev=x,user=", "a:dev=x,color=red", "a:dev=x,user=1,user=2"}
	_, err := ParseSpecs(wrong)
	for _, text := range wrong {
		require.ErrorContains(t, err, `"`+text+`"`)
	}
}

func TestNamesGetTheRegistryOnce(t *testing.T) {
	require.Equal(t, "10.89.0.1:5000/a:dev", In("10.89.0.1:5000", "a:dev"))
	require.Equal(t, "10.89.0.1:5000/a:dev", In("10.89.0.1:5000", "10.89.0.1:5000/a:dev"))
}

func TestTheSameFilesMakeTheSameImage(t *testing.T) {
	root := makeRoot(t)
	first := digest(t, root)
	require.NoError(t, os.Chtimes(filepath.Join(root, "bin", "tool"), time.Now(), time.Unix(4711, 0)))
	require.Equal(t, first, digest(t, root))
	require.NoError(t, os.Chmod(filepath.Join(root, "bin", "tool"), 0o700))
	require.NotEqual(t, first, digest(t, root), "the mode matters")
}

func TestModesAndLinksAreKeptAndOwnersAreNot(t *testing.T) {
	files, err := Walk(makeRoot(t))
	require.NoError(t, err)
	image, err := New(files, Settings{})
	require.NoError(t, err)
	require.Equal(t, []string{"bin/ dir 755", "bin/alias link tool 777", "bin/tool file 755 content", "tmp/ dir 1777"}, listing(t, image))
}

func TestWhatIsNeitherFileNorFolderNorLinkIsRefused(t *testing.T) {
	root := t.TempDir()
	require.NoError(t, syscall.Mkfifo(filepath.Join(root, "pipe"), 0o600))
	_, err := Walk(root)
	require.ErrorContains(t, err, "pipe")
}

func TestPushedImagesComeBackFromTheRegistry(t *testing.T) {
	server := httptest.NewServer(registry.New())
	defer server.Close()
	files, err := Walk(makeRoot(t))
	require.NoError(t, err)
	image, err := New(files, Settings{Entrypoint: []string{"/bin/tool"}, User: "65532:65532"})
	require.NoError(t, err)

	reference := In(strings.TrimPrefix(server.URL, "http://"), "orderly/tools:dev")
	pushed, err := Push(t.Context(), reference, image)
	require.NoError(t, err)
	pulled, err := remote.Image(must(name.NewDigest(strings.Replace(pushed, ":dev@", "@", 1), name.Insecure)))
	require.NoError(t, err)
	config, err := pulled.ConfigFile()
	require.NoError(t, err)
	require.Equal(t, v1.Config{Entrypoint: []string{"/bin/tool"}, User: "65532:65532"}, config.Config)
	require.Equal(t, "linux", config.OS)

	_, err = Push(t.Context(), "no tag here", image)
	require.ErrorContains(t, err, "no tag here")
}

// makeRoot lays out a small image.
func makeRoot(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(root, "bin"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(root, "bin", "tool"), []byte("content"), 0o755))
	require.NoError(t, os.Symlink("tool", filepath.Join(root, "bin", "alias")))
	require.NoError(t, os.Mkdir(filepath.Join(root, "tmp"), 0o755))
	require.NoError(t, os.Chmod(filepath.Join(root, "tmp"), fs.ModeSticky|0o777))
	return root
}

func digest(t *testing.T, root string) v1.Hash {
	t.Helper()
	files, err := Walk(root)
	require.NoError(t, err)
	image, err := New(files, Settings{})
	require.NoError(t, err)
	hash, err := image.Digest()
	require.NoError(t, err)
	return hash
}

func listing(t *testing.T, image v1.Image) []string {
	t.Helper()
	layers, err := image.Layers()
	require.NoError(t, err)
	require.Len(t, layers, 1)
	content, err := layers[0].Uncompressed()
	require.NoError(t, err)
	var lines []string
	for reader := tar.NewReader(content); ; {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return lines
		}
		require.NoError(t, err)
		require.Zero(t, header.Uid+header.Gid)
		require.Equal(t, int64(0), header.ModTime.Unix())
		lines = append(lines, describe(t, header, reader))
	}
}

func describe(t *testing.T, header *tar.Header, content io.Reader) string {
	t.Helper()
	mode := fmt.Sprintf(" %o", header.Mode)
	switch header.Typeflag {
	case tar.TypeDir:
		return header.Name + " dir" + mode
	case tar.TypeSymlink:
		return header.Name + " link " + header.Linkname + mode
	}
	text, err := io.ReadAll(content)
	require.NoError(t, err)
	return header.Name + " file" + mode + " " + string(text)
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
