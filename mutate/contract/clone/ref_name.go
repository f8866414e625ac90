package clone

import (
	"errors"
	"fmt"
	"strings"
)

// maxRef is the longest name of a ref in bytes: what most file systems of servers can hold as one file's name.
const maxRef = 255

const refHint = "write a branch, a tag, refs/… or a commit"

// checkRefName judges a name by the rules of git-check-ref-format(1), and refuses what git could take for an option (-x), for a forced update
// (+x) or for something that it knows by itself (HEAD, @).
func checkRefName(name string) error {
	switch {
	case name == "":
		return errors.New("the name is empty; " + refHint)
	case len(name) > maxRef:
		return fmt.Errorf("the name has more than %d bytes; %s", maxRef, refHint)
	case name == "HEAD", name == "@":
		return errors.New("this is what is checked out without a ref; remove it")
	case !isPrintable(name):
		return errors.New("the name has characters that cannot be printed; " + refHint)
	case strings.HasPrefix(name, "-"), strings.HasPrefix(name, "+"):
		return errors.New("the name begins with a dash or a plus sign, as an option does; " + refHint)
	case strings.ContainsAny(name, ` ~^:?*[\`):
		return errors.New(`the name has a space or one of ~ ^ : ? * [ \, which no name of a ref has; ` + refHint)
	case strings.Contains(name, ".."), strings.Contains(name, "@{"), strings.HasSuffix(name, "."):
		return errors.New("the name has .. or @{ in it, or a dot at its end, which no name of a ref has; " + refHint)
	}
	for element := range strings.SplitSeq(name, "/") {
		if element == "" || element[0] == '.' || strings.HasSuffix(element, ".lock") {
			return errors.New("a part of the name is empty, begins with a dot or ends with .lock, which is not possible for a ref; " + refHint)
		}
	}
	return nil
}

// Lengths of hashes as text: SHA-1 and SHA-256.
const (
	sha1Digits   = 40
	sha256Digits = 64
)

// isHash reports whether a text is a whole hash, in any case.
func isHash(text string) bool {
	if len(text) != sha1Digits && len(text) != sha256Digits {
		return false
	}
	return strings.Trim(text, "0123456789abcdefABCDEF") == ""
}
