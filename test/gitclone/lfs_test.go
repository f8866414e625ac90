package gitclone

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"orderly.dev/test/gitserver"
)

// gitLFS is where Debian's git-lfs lies, here and in an image that has it.
const gitLFS = "/usr/bin/git-lfs"

func TestLargeFilesComeWhereTheImageCanFetchThem(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, url string
		secret    data
	}{
		{name: "open", url: public("lfs.git")},
		{name: "a password", url: servers.git.URL(gitserver.Chain, gitserver.Basic, "lfs.git"), secret: alice().with(authority())},
		{name: "a token", url: servers.git.URL(gitserver.Chain, gitserver.Bearer, "lfs.git"), secret: bearer().with(authority())},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			p := makePod(t, wish{url: tc.url, secret: tc.secret, depth: 1})
			p.Image.Programs = map[string]string{gitLFS: gitLFS}
			succeed(t, p)
			require.Equal(t, gitserver.Large, readFiles(t, filepath.Join(p.Tree(), "app"))["large.bin"])
		})
	}
}

func TestLargeFilesArePointersWhereTheImageCannotFetchThem(t *testing.T) {
	t.Parallel()
	p := makePod(t, wish{url: public("lfs.git"), depth: 1})
	result := run(t, p)
	require.Zero(t, result.Code, result.Log)
	require.Contains(t, readFiles(t, filepath.Join(p.Tree(), "app"))["large.bin"], "oid sha256:")
	require.Contains(t, result.Log, "app: warning: .gitattributes keeps files elsewhere, by git-lfs, which this image does not have: they stay pointers\n")
}
