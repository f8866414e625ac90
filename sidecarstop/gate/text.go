package gate

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Texts for people, bounded and on one line, whatever an object holds.

const ellipsis = "…"

// cut makes a text one line of at most so many bytes, with "…" at the end where something is missing.
func cut(text string, limit int) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, text)
	if len(text) <= limit {
		return text
	}
	if limit < len(ellipsis) {
		return ""
	}
	end := 0
	for at, r := range text {
		if behind := at + len(string(r)); behind <= limit-len(ellipsis) {
			end = behind
		}
	}
	return text[:end] + ellipsis
}

// maxNamed bounds how many names a reason lists.
const maxNamed = 3

// few lists the first names in the order of the alphabet. Caches have no order, and a reason must not change without cause.
func few(names []string) string {
	sorted := slices.Sorted(slices.Values(names))
	if more := len(sorted) - maxNamed; more > 0 {
		return strings.Join(sorted[:maxNamed], ", ") + " and " + strconv.Itoa(more) + " more"
	}
	return strings.Join(sorted, ", ")
}

// maxWord bounds a machine's word.
const maxWord = 64

// word is the reason of a condition or a container in brackets, such as " (BackoffLimitExceeded)", and nothing where it is no single word: a
// controller may write there what it likes.
func word(reason string) string {
	plain := func(r rune) bool { return r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) }
	if reason == "" || len(reason) > maxWord || strings.ContainsFunc(reason, func(r rune) bool { return !plain(r) }) {
		return ""
	}
	return " (" + reason + ")"
}
