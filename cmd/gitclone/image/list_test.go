package main

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var sum = strings.Repeat("0123456789abcdef", 4)

func TestAListSaysWhichPackagesAnImageIsMadeOf(t *testing.T) {
	got, err := parseList("# a comment\n\ngit 1:2.39.5-0+deb12u3 amd64 " + sum + "\n  git 1:2.39.5-0+deb12u3+b1 arm64 " + sum + " # another\nca-certificates 20250419~deb12u2 all " + sum)
	require.NoError(t, err)
	amd64 := pinned{"git", "1:2.39.5-0+deb12u3", "amd64", sum}
	arm64 := pinned{"git", "1:2.39.5-0+deb12u3+b1", "arm64", sum}
	both := pinned{"ca-certificates", "20250419~deb12u2", "all", sum}
	require.Equal(t, []pinned{amd64, arm64, both}, got)
	require.Equal(t, []pinned{arm64, both}, forArchitecture(got, "arm64"))
}

func TestAListThatIsWrongIsRefusedWithTheLine(t *testing.T) {
	good := "git 1.0 amd64 " + sum
	for _, tc := range []struct{ name, text, want string }{
		{"nothing", "# only words\n", "it names no package"},
		{"a word is missing", good + "\nssh 1.0 amd64", "line 2: has 3 words"},
		{"a word too many", good + " more", "line 1: has 5 words"},
		{"a name that is an option", "-o 1.0 amd64 " + sum, `"-o" is not the name`},
		{"a name with a folder", "a/b 1.0 amd64 " + sum, `"a/b" is not the name`},
		{"a version that is none", "git latest amd64 " + sum, `"latest" is not the version`},
		{"an architecture that is not made", "git 1.0 s390x " + sum, `"s390x" is not the architecture`},
		{"a short checksum", "git 1.0 amd64 " + sum[1:], "is not the checksum"},
		{"a package twice", good + "\ngit 2.0 amd64 " + sum, "line 2: git comes twice"},
		{"a package for one and for all", good + "\ngit 1.0 all " + sum, "line 2: git comes twice"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := parseList(tc.text)
			require.ErrorContains(t, err, tc.want)
		})
	}
}

// The list of the repository is written by formatList, and every package of one architecture is there for the other.
func TestTheListIsWhole(t *testing.T) {
	text, err := os.ReadFile("packages.txt")
	require.NoError(t, err)
	list, err := parseList(string(text))
	require.NoError(t, err)
	require.Equal(t, formatList(list), string(text))
	want := namesOf(forArchitecture(list, platforms[0].architecture))
	for _, p := range platforms[1:] {
		require.Equal(t, want, namesOf(forArchitecture(list, p.architecture)))
	}
	for _, name := range origins {
		require.Contains(t, want, name)
	}
}
