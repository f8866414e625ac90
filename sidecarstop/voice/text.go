package voice

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxMessage bounds the message of an Event and of a condition, in bytes. The API takes 1,024 for a note of an Event
// (kubernetes/pkg/apis/core/validation/events.go, NoteLengthLimit).
const MaxMessage = 1024

const ellipsis = "…"

// OneLine makes a text one line of at most so many bytes, with "…" at the end where something is missing. Whatever a container or a runtime
// wrote, what comes out is valid UTF-8 without control characters, which a terminal could take for commands.
func OneLine(text string, limit int) string {
	// A hostile text may be large; what is behind the limit is not worth cleaning. A byte that is not UTF-8 grows to three.
	cut := len(text) > limit
	if cut {
		text = text[:limit]
		text = text[:len(text)-len(brokenEnd(text))]
	}
	text = strings.TrimSpace(strings.Map(printable, text))
	if !cut && len(text) <= limit {
		return text
	}
	if limit < len(ellipsis) {
		return ""
	}
	return strings.TrimSpace(longest(text, limit-len(ellipsis))) + ellipsis
}

// printable turns what is not to be seen into blanks. Marks that turn the direction of writing are among it.
func printable(r rune) rune {
	if unicode.IsPrint(r) {
		return r
	}
	return ' '
}

// longest is as much of the beginning as fits, in whole characters.
func longest(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	for limit > 0 && !utf8.RuneStart(text[limit]) {
		limit--
	}
	return text[:limit]
}

// brokenEnd is the beginning of a character that was cut off.
func brokenEnd(text string) string {
	for i := len(text) - 1; i >= 0 && i >= len(text)-utf8.UTFMax; i-- {
		if utf8.RuneStart(text[i]) {
			if utf8.FullRuneInString(text[i:]) {
				return ""
			}
			return text[i:]
		}
	}
	return ""
}
