package hostile

import (
	"fmt"
	"strings"
)

// atBound is a little less than what the longest annotation may have, in bytes, so that what is as long is read, not only measured.
const atBound = 63_900

// bombs are short texts of YAML that a careless reader makes much of, or is long about.
var bombs = []text{
	{"a billion laughs in lists", laughs("- &l%d [%s]\n", "- &l0 [lol]\n")},
	{"a billion laughs in mappings", laughs("l%d: &l%[1]d [%s]\n", "l0: &l0 [lol]\n")},
	{"a list that holds itself", "&a [*a, *a]"},
	{"a mapping that holds itself", "&a {a: *a, <<: *a}"},
	{"mappings that are merged", "- &a {a: b}\n- {<<: [*a, *a, *a]}\n- <<: *a\n  <<: *a"},
	{"an alias of nothing", "*nothing"},
	{"as many anchors as there is room for", repeated("- &a%d x\n")},
	{"as many aliases as there is room for", "- &a x\n" + strings.Repeat("- *a\n", atBound/6)},
	{"lists in lists", strings.Repeat("[", atBound/2) + strings.Repeat("]", atBound/2)},
	{"lists in lists that do not end", strings.Repeat("[", atBound)},
	{"mappings in mappings", strings.Repeat("{a: ", atBound/5) + strings.Repeat("}", atBound/5)},
	{"mappings that do not end", strings.Repeat("{", atBound)},
	{"lists in lists by dashes", strings.Repeat("- ", atBound/2)},
	{"keys that are keys of keys", strings.Repeat("? ", atBound/2)},
	{"keys of nothing", strings.Repeat(": ", atBound/2)},
	{"block mappings that go ever deeper", deeper()},
	{"empty lists in a list", "[" + strings.Repeat("[],", atBound/3) + "[]]"},
	{"the same key again and again", "{" + strings.Repeat("a: b, ", atBound/6) + "a: b}"},
	{"as many keys as there is room for", "{" + repeated("k%d: v, ") + "k: v}"},
	{"entries of nothing", strings.Repeat("- {}\n", atBound/5)},
	{"documents without end", strings.Repeat("--- a\n", atBound/6)},
	{"directives", strings.Repeat("%TAG ! tag:x,2026:\n", 3000) + "--- a"},
	{"tags", strings.Repeat("!a ", atBound/3)},
	{"a text that does not end", "\"" + strings.Repeat("\\x41", atBound/4)},
	{"a folded text that goes ever deeper", ">9\n" + strings.Repeat(" ", atBound)},
	{"a comment as long as there is room for", strings.Repeat("#", atBound)},
	{"blank lines", strings.Repeat("\n", atBound)},
	{"blanks", strings.Repeat(" ", atBound)},
	{"commas", strings.Repeat(",", atBound)},
	{"ends of lists", strings.Repeat("]", atBound)},
}

// sizes are longer than any annotation may be. The API server takes 256 KiB of annotations in all, and asks its webhooks before it measures.
var sizes = []text{
	{"256 KiB of a letter", strings.Repeat("x", 256<<10)},
	{"256 KiB of names", strings.Repeat("a,", 128<<10)},
	{"256 KiB of beginnings of lists", strings.Repeat("[", 256<<10)},
	{"256 KiB of entries", strings.Repeat("- a\n", 64<<10)},
	{"256 KiB of zero bytes", strings.Repeat("\x00", 256<<10)},
	{"256 KiB of letters of four bytes", strings.Repeat("\U0001f4a3", 64<<10)},
}

// laughs makes nine levels, of which each holds the one below ten times.
func laughs(level, lowest string) string {
	var made strings.Builder
	made.WriteString(lowest)
	for i := range 9 {
		fmt.Fprintf(&made, level, i+1, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*l%d, ", i), 10), ", "))
	}
	return made.String()
}

// repeated writes the form with 0, 1, 2 and so on, as long as there is room.
func repeated(form string) string {
	var made strings.Builder
	for i := 0; made.Len() < atBound-len(form)-5; i++ {
		fmt.Fprintf(&made, form, i)
	}
	return made.String()
}

// deeper gives lines of which each stands one blank further to the right.
func deeper() string {
	var made strings.Builder
	for depth := 0; made.Len() < atBound-400; depth++ {
		made.WriteString(strings.Repeat(" ", depth) + "a:\n")
	}
	return made.String()
}
