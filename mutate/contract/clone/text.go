package clone

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// isPrintable reports whether a text is UTF-8 without control characters, and without those that change how others look, such as a change of
// the direction of writing.
func isPrintable(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) })
}

// consistsOf reports whether a text has ASCII letters, digits and the given characters only.
func consistsOf(text, others string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return !isOneOf(r, others) })
}

func isOneOf(r rune, others string) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune(others, r)
}
