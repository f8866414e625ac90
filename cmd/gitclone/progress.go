package main

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// progress reads what git writes to its standard error, and decides what of it is worth a line in the log. What it is given may end
// anywhere.
type progress struct {
	// hide replaces secrets, before a line is cut anywhere.
	hide func(string) string
	// rest is the beginning of a line whose end has not come yet.
	rest []byte
	// phase is what git is at, and tens how many tenths of it were told.
	phase string
	tens  int
	// remote counts the server's lines that were told.
	remote int
	// tenths counts the tenths of a server's phases that were told.
	tenths int
	// files is how many files were written, when git has said so.
	files int
	// last are the last lines that are no progress, for an error.
	last []string
}

// Bounds of what is told.
const (
	maxLine   = 200 // characters of a line
	maxRemote = 20  // lines of a server, which may say what it likes
	maxTenths = 200 // tenths of a server's phases, which may begin again and again
	maxLast   = 8   // lines of an error
	// fewItems is the size of a phase below which it is over before anybody could read about it.
	fewItems = 100
)

// counting is a line of git's progress, such as "Receiving objects:  30% (300/1000), 1.00 MiB | 2.00 MiB/s".
var counting = regexp.MustCompile(`^(remote: )?([A-Z][A-Za-z ]{1,40}): +([0-9]+)% \(([0-9]+)/([0-9]+)\)`)

// take reads more, and returns lines for the log.
func (p *progress) take(chunk []byte) []string {
	p.rest = append(p.rest, chunk...)
	var told []string
	for {
		end := bytes.IndexAny(p.rest, "\r\n")
		if end < 0 {
			break
		}
		told = append(told, p.line(string(p.rest[:end]))...)
		p.rest = p.rest[end+1:]
	}
	if len(p.rest) > maxChunk {
		p.rest = p.rest[:0] // nobody's line is so long
	}
	return told
}

// maxChunk is the longest beginning of a line that is kept, in bytes.
const maxChunk = 64 << 10

// end is what is left when git has ended.
func (p *progress) end() []string { return p.take([]byte("\n")) }

// line judges one line. It returns at most one.
func (p *progress) line(line string) []string {
	if m := counting.FindStringSubmatch(line); m != nil {
		return p.count(m)
	}
	line = printable(p.hide(line))
	if line == "" || isUncounted(line) {
		return nil
	}
	text, fromServer := strings.CutPrefix(line, "remote:")
	p.keep(line)
	switch {
	case fromServer && strings.TrimSpace(text) != "" && p.remote < maxRemote:
		p.remote++
		return []string{line}
	case strings.HasPrefix(line, "warning: "), strings.HasPrefix(line, "Submodule path "):
		return []string{line}
	default:
		return nil
	}
}

// count tells a phase's progress, once for each tenth of it.
func (p *progress) count(m []string) []string {
	fromServer, phase := m[1] != "", m[2]
	percent, _ := strconv.Atoi(m[3])
	total, _ := strconv.Atoi(m[5])
	if phase == filesPhase && !fromServer {
		p.files = total
	}
	if phase != p.phase || percent/10 < p.tens {
		p.phase, p.tens = phase, 0
	}
	if total < fewItems || percent/10 <= p.tens {
		return nil
	}
	p.tens = percent / 10
	if fromServer {
		if p.tenths++; p.tenths > maxTenths {
			return nil
		}
	}
	return []string{fmt.Sprintf("%s %d%%", strings.ToLower(phase), percent)}
}

// filesPhase is when files are written.
const filesPhase = "Updating files"

// isUncounted reports whether a line is progress without an end to see, such as "remote: Enumerating objects: 5, done.".
func isUncounted(line string) bool {
	return strings.Contains(line, "numerating objects: ") || strings.HasPrefix(line, "remote: Total ")
}

// keep remembers a line for an error.
func (p *progress) keep(line string) {
	p.last = append(p.last, line)
	if len(p.last) > maxLast {
		p.last = p.last[1:]
	}
}

// escape is a sequence that moves a terminal's cursor or colours its text.
var escape = regexp.MustCompile("\x1b\\[[0-9;?]*[A-Za-z]")

// printable makes one harmless line of what a server or a file name may hold.
func printable(text string) string {
	text = escape.ReplaceAllString(strings.ToValidUTF8(text, "?"), "")
	text = strings.TrimSpace(strings.Map(func(c rune) rune {
		if !strconv.IsPrint(c) {
			return ' '
		}
		return c
	}, text))
	if runes := []rune(text); len(runes) > maxLine {
		return string(runes[:maxLine]) + "…"
	}
	return text
}
