package main

import (
	"io/fs"
	"testing"

	"github.com/stretchr/testify/require"
)

func file(content string) entry { return entry{mode: 0o644, content: []byte(content), owner: "some"} }

func TestLinksAreFollowedInsideTheTree(t *testing.T) {
	files := tree{
		"usr": folder, "usr/bin": folder, "usr/bin/git": file("git"), "usr/lib": folder,
		"bin":          linkTo("usr/bin"),
		"usr/bin/g":    linkTo("git"),
		"usr/lib/git":  linkTo("../bin/g"),
		"absolute":     linkTo("/bin/git"),
		"usr/bin/out":  linkTo("../../../../usr/bin/git"),
		"round":        linkTo("round"),
		"usr/bin/void": linkTo("/nowhere"),
	}
	for _, tc := range []struct {
		name string
		want []string
	}{
		{"usr/bin/git", []string{"usr/bin/git"}},
		{"/usr/bin/git", []string{"usr/bin/git"}},
		{"bin/git", []string{"bin", "usr/bin/git"}},
		{"bin/g", []string{"bin", "usr/bin/g", "usr/bin/git"}},
		{"usr/lib/git", []string{"usr/lib/git", "usr/bin/g", "usr/bin/git"}},
		{"absolute", []string{"absolute", "bin", "usr/bin/git"}},
		{"usr/bin/out", []string{"usr/bin/out", "usr/bin/git"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := files.follow(tc.name)
			require.NoError(t, err)
			require.Equal(t, tc.want, got)
		})
	}
	_, err := files.follow("round")
	require.ErrorContains(t, err, "too many links")
	_, err = files.follow("usr/bin/void")
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.ErrorContains(t, err, "/nowhere, on the way to /usr/bin/void")
}

func TestAFileBelongsToOnePackageAndAFolderToMany(t *testing.T) {
	all := tree{"usr": folder, "usr/a": file("a")}
	require.NoError(t, all.add(tree{"usr": folder, "usr/b": file("b")}))
	require.Len(t, all, 3)
	other := file("c")
	other.owner = "other"
	require.EqualError(t, all.add(tree{"usr/a": other}), "the packages some and other both have /usr/a")
}
