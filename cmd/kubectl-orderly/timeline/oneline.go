package timeline

import (
	"strings"
	"unicode"
)

// maxMessage bounds a message, in characters: a kubelet's longest sentences are shorter.
const maxMessage = 300

// oneLine makes a message of the cluster's, or of a container's, harmless for a terminal: one line, without control characters
// and those that change the direction of text, of bounded length.
func oneLine(message string) string {
	line := []rune(strings.Join(strings.FieldsFunc(message, func(r rune) bool { return !unicode.IsPrint(r) || r == ' ' }), " "))
	if len(line) > maxMessage {
		return string(line[:maxMessage]) + "…"
	}
	return string(line)
}
