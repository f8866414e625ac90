package timeline

import (
	"strings"
	"unicode"
)

// maxMessage bounds a message, in characters. It is what Kubernetes takes as the message of an Event, which the companion keeps to as well.
const maxMessage = 1024

// maxMissing bounds a sentence about what is missing or was left: the companion's list has up to 2 KiB, and one that is cut would hide what to act on.
const maxMissing = 2300

// OneLine makes a message of the cluster's, or of a container's, harmless for a terminal: one line, without control characters
// and those that change the direction of text, of at most 1,024 characters.
func OneLine(message string) string { return bounded(message, maxMessage) }

func bounded(message string, limit int) string {
	line := []rune(strings.Join(strings.FieldsFunc(message, func(r rune) bool { return !unicode.IsPrint(r) || r == ' ' }), " "))
	if len(line) > limit {
		return string(line[:limit]) + "…"
	}
	return string(line)
}
