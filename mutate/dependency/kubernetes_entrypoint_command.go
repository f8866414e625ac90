package dependency

import (
	"slices"
	"strings"
	"unicode"
)

// COMMAND: words with a space between them.

// maxWords bounds the words of a command.
const maxWords = 1000

// command reads what runs when everything is there. kubernetes-entrypoint says that it cuts at white space, but cuts at each single space;
// where that makes a difference the command is refused. Quotes mean nothing to it, so they stay in the words.
func (r *environmentReader) command() {
	v, known := r.value(varCommand)
	if !known || v.text == "" {
		return
	}
	words := strings.Split(v.text, " ")
	switch {
	case slices.Contains(words, ""):
		r.refuse(varCommand, "has a space at an end, or two in a row, of which kubernetes-entrypoint makes an empty argument; "+
			"write single spaces between the words")
	case strings.ContainsFunc(v.text, func(c rune) bool { return c != ' ' && unicode.IsSpace(c) }):
		r.refuse(varCommand, "has a tab or a line end, at which kubernetes-entrypoint does not cut; write single spaces between the words")
	case len(words) > maxWords:
		r.refuse(varCommand, "has too many words; run a script")
	default:
		r.made.Command = words
	}
}
