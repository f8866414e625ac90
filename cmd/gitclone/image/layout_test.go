package main

import (
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAnImageHoldsWhatIsWantedAndNothingElse(t *testing.T) {
	packages := makePackages(t)
	image, err := lay(packages, platforms[0])
	require.NoError(t, err)
	var got []string
	for _, name := range slices.Sorted(maps.Keys(image)) {
		got = append(got, "/"+name)
	}
	want := []string{"/etc/group", "/etc/nsswitch.conf", "/etc/passwd", "/builder", "/usr/share/git-core/templates", "/" + bundlePath,
		"/usr/lib/x86_64-linux-gnu/gconv/gconv-modules", "/usr/lib/x86_64-linux-gnu/gconv/UTF-16.so", "/lib/x86_64-linux-gnu/libgcc_s.so.1",
		"/usr/share/doc/git/copyright", "/usr/share/doc/ca-certificates/copyright",
		"/var/lib/dpkg/status.d/git", "/var/lib/dpkg/status.d/ca-certificates"}
	for _, name := range programs {
		want = append(want, "/"+name)
	}
	require.ElementsMatch(t, want, got)
	require.Equal(t, []string{"ca-certificates", "git"}, image.owners())
	require.Equal(t, "../builder/private/passwd", image["etc/passwd"].link)
}

func TestWhatWouldRaiseRightsIsRefused(t *testing.T) {
	for _, bit := range []fs.FileMode{fs.ModeSetuid, fs.ModeSetgid} {
		packages := makePackages(t)
		ssh := packages[0].files["usr/bin/ssh"]
		ssh.mode |= bit
		packages[0].files["usr/bin/ssh"] = ssh
		_, err := lay(packages, platforms[0])
		require.ErrorContains(t, err, "/usr/bin/ssh of git gives its user other rights")
	}
}

func TestAnImageIsTheSameWhereverItIsStaged(t *testing.T) {
	image, err := lay(makePackages(t), platforms[0])
	require.NoError(t, err)
	first, second := filepath.Join(t.TempDir(), "made"), t.TempDir()
	require.NoError(t, image.write(first))
	previous := syscall.Umask(0o077)
	err = image.write(second)
	syscall.Umask(previous)
	require.NoError(t, err)
	require.Equal(t, listing(t, first), listing(t, second))
	require.Equal(t, "-rwxr-xr-x ", listing(t, first)["usr/bin/git"])
	require.Equal(t, "drwxr-xr-x", listing(t, first)["builder"])
	require.Equal(t, "Lrwxrwxrwx ../builder/private/passwd", listing(t, first)["etc/passwd"])
	require.ErrorContains(t, image.write(first), "is not empty: remove it first")
}

// makePackages returns two packages with all that an image wants, and more.
func makePackages(t *testing.T) []deb {
	t.Helper()
	names := slices.Concat(programs, []string{"usr/lib/x86_64-linux-gnu/gconv/UTF-16.so", "lib/x86_64-linux-gnu/libgcc_s.so.1",
		"usr/share/doc/git/copyright", "usr/bin/git-shell", "usr/share/doc/git/README"})
	git := deb{pinned: pinned{name: "git"}, control: []byte("Package: git\n"), files: tree{
		"usr/lib/x86_64-linux-gnu/gconv/gconv-modules": {mode: 0o644, owner: "git",
			content: []byte("# from to module cost\nalias UTF16// UTF-16//\nmodule\tUTF-16//\tINTERNAL\tUTF-16\t1\nmodule\tINTERNAL\tUTF-16//\tUTF-16\t1\n")}}}
	for _, name := range names {
		git.files[name] = entry{mode: 0o755, owner: "git"}
	}
	authorities := deb{pinned: pinned{name: "ca-certificates"}, control: []byte("Package: ca-certificates\n"), files: makeAuthorities(t, fewAuthorities)}
	authorities.files["usr/share/doc/ca-certificates/copyright"] = entry{mode: 0o644, owner: "ca-certificates"}
	unused := deb{pinned: pinned{name: "perl"}, files: tree{"usr/bin/perl": {mode: 0o755, owner: "perl"}}}
	for _, d := range []deb{git, authorities, unused} {
		for name := range maps.Clone(d.files) {
			for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
				d.files[dir] = entry{mode: fs.ModeDir | 0o755, owner: d.name}
			}
		}
	}
	return []deb{git, authorities, unused}
}

// listing tells of everything in a folder, by path, its mode and what it holds or leads to.
func listing(t *testing.T, dir string) map[string]string {
	t.Helper()
	lines := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		require.NoError(t, err)
		info, err := e.Info()
		require.NoError(t, err)
		relative, err := filepath.Rel(dir, name)
		require.NoError(t, err)
		content := ""
		switch {
		case info.Mode().IsRegular():
			text, err := os.ReadFile(name)
			require.NoError(t, err)
			content = " " + string(text)
		case info.Mode()&fs.ModeSymlink != 0:
			target, err := os.Readlink(name)
			require.NoError(t, err)
			content = " " + target
		}
		lines[relative] = info.Mode().String() + content
		return nil
	}))
	return lines
}
