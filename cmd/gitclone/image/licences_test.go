package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEveryPackageComesWithItsLicences(t *testing.T) {
	of := func(owner, content string) entry { return entry{content: []byte(content), owner: owner} }
	link := func(owner, target string) entry {
		e := linkTo(target)
		e.owner = owner
		return e
	}
	files := tree{
		"usr": folder, "usr/share": folder, "usr/share/doc": folder, "usr/share/common-licenses": folder,
		"usr/share/doc/git": folder, "usr/share/doc/gcc-12-base": folder, "usr/share/doc/base-files": folder, "usr/share/doc/unused": folder,
		"usr/share/doc/git/copyright":         of("git", "The text is in /usr/share/common-licenses/GPL-2."),
		"usr/share/doc/libgcc-s1":             link("libgcc-s1", "gcc-12-base"),
		"usr/share/doc/gcc-12-base/copyright": of("gcc-12-base", "see `/usr/share/common-licenses/GPL'"),
		"usr/share/doc/base-files/copyright":  of("base-files", "free"),
		"usr/share/doc/unused/copyright":      of("unused", "/usr/share/common-licenses/Artistic"),
		"usr/share/common-licenses/GPL":       link("base-files", "GPL-3"),
		"usr/share/common-licenses/GPL-2":     of("base-files", "two"),
		"usr/share/common-licenses/GPL-3":     of("base-files", "three"),
		"git":                                 of("git", ""),
		"libgcc_s.so.1":                       of("libgcc-s1", ""),
		"orphan":                              of("orphan", ""),
	}
	got, err := licences(files, []string{"git", "libgcc_s.so.1"})
	require.NoError(t, err)
	require.Equal(t, []string{
		"git", "libgcc_s.so.1",
		"usr/share/common-licenses/GPL", "usr/share/common-licenses/GPL-2", "usr/share/common-licenses/GPL-3",
		"usr/share/doc/base-files/copyright", "usr/share/doc/gcc-12-base/copyright", "usr/share/doc/git/copyright", "usr/share/doc/libgcc-s1",
	}, got)

	_, err = licences(files, []string{"orphan"})
	require.ErrorContains(t, err, "looking for the licence of orphan")
}
