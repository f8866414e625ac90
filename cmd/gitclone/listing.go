package main

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// listing is what git ls-remote --symref told about a server's refs.
type listing struct {
	// head is the full ref that HEAD stands for, empty where it stands for a commit, or where the server does not say.
	head string
	// hashes by name of the ref. A tag that is an object of its own is there once more, as NAME^{}, with the commit's hash.
	hashes map[string]string
}

// readListing reads the output of git ls-remote --symref (git-ls-remote(1)): "ref: TARGET<tab>HEAD", and "HASH<tab>NAME". Whatever else
// stands there is passed over, and names that a log cannot show: git checks no name of a server that it only lists.
func readListing(output string) listing {
	l := listing{hashes: map[string]string{}}
	for line := range strings.SplitSeq(output, "\n") {
		first, name, found := strings.Cut(line, "\t")
		target, symbolic := strings.CutPrefix(first, "ref: ")
		switch {
		case !found || strings.ContainsFunc(line, isUnprintable):
		case symbolic && name == headRef:
			l.head = target
		case isHash(first):
			l.hashes[name] = first
		}
	}
	return l
}

// isUnprintable reports whether a character could hide or change what stands beside it. The tab divides the line.
func isUnprintable(c rune) bool {
	return c == utf8.RuneError || c != '\t' && !strconv.IsPrint(c)
}

// headRef is the name of the ref that a server offers when none is asked for.
const headRef = "HEAD"

const (
	branchPrefix = "refs/heads/"
	tagPrefix    = "refs/tags/"
)

// cutBranch is the short name of a branch, and false for any other ref.
func cutBranch(ref string) (string, bool) { return strings.CutPrefix(ref, branchPrefix) }

func (l listing) has(ref string) bool { return l.hashes[ref] != "" }

// hashLength is how many digits the server's hashes have: 40 for SHA-1, 64 for SHA-256, 0 where there is none to see.
func (l listing) hashLength() int {
	for _, hash := range l.hashes {
		return len(hash)
	}
	return 0
}

// named are the short names of all refs with this prefix, in alphabetical order.
func (l listing) named(prefix string) []string {
	var names []string
	for ref := range l.hashes {
		if name, found := strings.CutPrefix(ref, prefix); found && !strings.HasSuffix(name, "^{}") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// Lengths of hashes as text.
const (
	sha1Length   = 40
	sha256Length = 64
)

func isHash(text string) bool {
	return (len(text) == sha1Length || len(text) == sha256Length) && isHexadecimal(text)
}

func isHexadecimal(text string) bool {
	return strings.Trim(text, "0123456789abcdef") == ""
}
