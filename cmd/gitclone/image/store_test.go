package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWhatIsKeptIsNotFetchedAgain(t *testing.T) {
	p, s := keepOne(t, "a package")
	s.open = func(context.Context) (*apt, error) { return nil, errors.New("apt is not needed") }
	got, err := s.get(t.Context(), []pinned{p})
	require.NoError(t, err)
	require.Equal(t, []string{filepath.Join(s.dir, p.sha256+".deb")}, got)
}

func TestWhatIsKeptIsBelievedByItsChecksumOnly(t *testing.T) {
	for name, spoil := range map[string]func(file string) error{
		"changed": func(file string) error { return os.WriteFile(file, []byte("something else"), 0o644) },
		"gone":    os.Remove,
	} {
		t.Run(name, func(t *testing.T) {
			p, s := keepOne(t, "a package")
			require.NoError(t, spoil(s.file(p)))
			fetched := errors.New("fetched")
			s.open = func(context.Context) (*apt, error) { return nil, fetched }
			_, err := s.get(t.Context(), []pinned{p})
			require.ErrorIs(t, err, fetched)
		})
	}
}

// keepOne returns a store that holds one package with this content.
func keepOne(t *testing.T, content string) (pinned, store) {
	t.Helper()
	downloaded := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(downloaded, "git_1.0_amd64.deb"), []byte(content), 0o600))
	s := store{dir: filepath.Join(t.TempDir(), "made", "by", "keep")}
	require.NoError(t, s.keep(downloaded))
	sum := sha256.Sum256([]byte(content))
	return pinned{name: "git", version: "1.0", architecture: "amd64", sha256: hex.EncodeToString(sum[:])}, s
}
