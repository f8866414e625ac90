package voice

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// The cloner says in a sentence for each repository why it could not be cloned: which it is, what git said, and what to do. Git repeats what a server
// says, which may be hostile and of any length. So that one repository does not hide the others, nor what git said hide what to do, each line gets a
// share of the room, and what is too long is cut in its middle.

const (
	// minShare is the least that a line is cut to, in bytes: less says nothing.
	minShare = 160
	// maxRead is how much of a text is looked at, in bytes. The kubelet reads no more of a termination message.
	maxRead = 4096
	parting = "; "
)

// Share makes the lines of a text one line of at most so many bytes, as clean as that of [OneLine].
func Share(text string, limit int) string {
	text = longest(text, maxRead)
	var lines []string
	for line := range strings.Lines(text) {
		if line = OneLine(line, maxRead); line != "" {
			lines = append(lines, line)
		}
	}
	all := strings.Join(lines, parting)
	if len(all) <= limit {
		return all
	}
	return shared(lines, limit)
}

// shared joins lines that are too long together. What one of them leaves of its share is for those after it.
func shared(lines []string, limit int) string {
	var b strings.Builder
	for i, line := range lines {
		left := limit - maxMore - b.Len()
		line = cutInside(line, max(left/(len(lines)-i)-len(parting), minShare))
		if i > 0 && len(parting)+len(line) > left {
			b.WriteString(parting + "and " + strconv.Itoa(len(lines)-i) + " more")
			break
		}
		if i > 0 {
			b.WriteString(parting)
		}
		b.WriteString(line)
	}
	return OneLine(b.String(), limit)
}

// cutInside leaves the beginning and the end of a clean line, where it is longer than that.
func cutInside(line string, limit int) string {
	if len(line) <= limit {
		return line
	}
	const parts = 3 // of which the last is kept for the end
	tail := line[len(line)-limit/parts:]
	for tail != "" && !utf8.RuneStart(tail[0]) {
		tail = tail[1:]
	}
	return strings.TrimSpace(longest(line, limit-limit/parts-len(ellipsis))) + ellipsis + strings.TrimSpace(tail)
}
