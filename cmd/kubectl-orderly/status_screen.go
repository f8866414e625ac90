package main

import (
	"io"
	"strings"
	"time"
)

// Sequences for terminals (ECMA-48, and xterm's private modes, which all terminals in use know).
const (
	// enterScreen switches to the alternate screen, so that what was on the terminal comes back; hides the cursor; and lets no line wrap.
	enterScreen = "\x1b[?1049h\x1b[?25l\x1b[?7l"
	leaveScreen = "\x1b[?7h\x1b[?25h\x1b[?1049l"
	toTopLeft   = "\x1b[H"
	clearToEnd  = "\x1b[K" // of the line
	clearBelow  = "\x1b[J"
)

// screen shows the story on a terminal and redraws it in place.
//
// It uses the alternate screen and draws each frame from its top left, because nobody can know what a terminal makes of lines that were drawn before
// it was resized. At the end it leaves that screen, whatever happened, and prints the story once more, to stay.
type screen struct {
	out io.Writer
	// size gives columns and rows, 0 where they are not known.
	size    func() (columns, rows int)
	entered bool
	warning string
}

func newScreen(out io.Writer, size func() (columns, rows int)) *screen {
	return &screen{out: out, size: size}
}

func (s *screen) show(all []found, now time.Time) error {
	columns, rows := s.size()
	text := textOf(tellAll(all, now), columns)
	if s.warning != "" {
		text += "\n" + s.warning + "\n"
	}
	frame := toTopLeft + strings.Join(fit(text, columns, rows), clearToEnd+"\r\n") + clearToEnd + clearBelow
	if !s.entered {
		frame = enterScreen + frame
		s.entered = true
	}
	_, err := io.WriteString(s.out, frame)
	return err
}

func (s *screen) end(all []found, now time.Time) error {
	columns, _ := s.size()
	text := textOf(tellAll(all, now), columns)
	if s.entered {
		text = leaveScreen + text
		s.entered = false
	}
	_, err := io.WriteString(s.out, text)
	return err
}

// warn is shown below the story until something changes.
func (s *screen) warn(problem string) error {
	s.warning = problem
	return nil
}

// moves is true, because bars grow.
func (s *screen) moves() bool { return true }

// fit gives the lines of a text that a terminal has room for. Sentences that are too long are folded. When there are too many lines, the first stays, and the last,
// where the newest Pod is.
func fit(text string, columns, rows int) []string {
	var lines []string
	for line := range strings.Lines(text) {
		lines = append(lines, fold(strings.TrimSuffix(line, "\n"), columns)...)
	}
	const least = 3
	if rows < least || len(lines) <= rows {
		return lines
	}
	kept := []string{lines[0], "…"}
	return append(kept, lines[len(lines)-rows+len(kept):]...)
}

// fold breaks a line between words, or within one that is longer than a line.
func fold(line string, columns int) []string {
	if columns <= 0 || cells(line) <= columns {
		return []string{line}
	}
	const indentation = "  "
	var lines []string
	current, width := "", 0
	for word := range strings.SplitSeq(line, " ") {
		for _, piece := range pieces(word, max(1, columns-len(indentation))) {
			if current != "" && width+1+cells(piece) > columns {
				lines = append(lines, current)
				current, width = indentation+piece, len(indentation)+cells(piece)
				continue
			}
			if current != "" {
				current, width = current+" ", width+1
			}
			current, width = current+piece, width+cells(piece)
		}
	}
	return append(lines, current)
}

// pieces cuts a word into parts of at most so many cells.
func pieces(word string, limit int) []string {
	var parts []string
	start, width := 0, 0
	for i, r := range word {
		if width+cellsOf(r) > limit && i > start {
			parts = append(parts, word[start:i])
			start, width = i, 0
		}
		width += cellsOf(r)
	}
	return append(parts, word[start:])
}

func cells(text string) int {
	width := 0
	for _, r := range text {
		width += cellsOf(r)
	}
	return width
}

// cellsOf is how many cells of a terminal a character takes, at most: the scripts of East Asia, whose characters are wide, begin at Hangul, and between
// them and that are symbols, such as those of the bars.
func cellsOf(r rune) int {
	const hangul, symbols, scripts = 0x1100, 0x1200, 0x2e80
	if r >= scripts || r >= hangul && r < symbols {
		return 2
	}
	return 1
}
