package timeline

import (
	"math"
	"strings"
	"time"
	"unicode/utf8"
)

// Columns of the table. The sidecars' kind and the containers' gate share the last one with the steps' hand-over.
const (
	columnName = iota
	columnState
	columnStarted
	columnDuration
	columnExit
	columnLast
	columns
)

// row is one line of the table; an empty one is a blank line.
type row struct {
	cells [columns]string
	// from and to bound its bar; a row that has none has the zero time.
	from, to time.Time
}

const (
	// gap parts two columns.
	gap = "  "
	// maxCell bounds names and states, in characters: names of containers are shorter.
	maxCell = 63
	// maxBar and minBar bound the width of the bars, in columns. Where there is no room for the least, there are none.
	maxBar = 40
	minBar = 8
)

// layOut aligns names and states to the left, numbers to the right. Nothing follows the last character of a line. Where a width is given, in columns
// of a terminal, bars become shorter and then lines are cut, so that none is longer.
func layOut(rows []row, s scale, width int) string {
	var widths [columns]int
	used := 0
	for i := range columns {
		for r := range rows {
			rows[r].cells[i] = bounded(rows[r].cells[i], maxCell)
			widths[i] = max(widths[i], utf8.RuneCountInString(rows[r].cells[i]))
		}
		used += widths[i] + len(gap)
	}
	s.width = barWidth(width, used)
	var b strings.Builder
	for _, r := range rows {
		line := strings.TrimRight(r.text(widths)+s.bar(r.from, r.to), " ")
		if runes := []rune(line); width > 0 && len(runes) > width {
			line = string(runes[:width-1]) + "…"
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}

func (r row) text(widths [columns]int) string {
	var line strings.Builder
	for i, cell := range r.cells {
		padding := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
		if i == columnName || i == columnState {
			line.WriteString(cell + padding + gap)
		} else {
			line.WriteString(padding + cell + gap)
		}
	}
	return line.String()
}

func barWidth(width, used int) int {
	switch {
	case width <= 0:
		return maxBar
	case width-used < minBar:
		return 0
	default:
		return min(width-used, maxBar)
	}
}

// scale maps times to columns of a bar.
type scale struct {
	zero time.Time
	span time.Duration
	// width is the number of columns from the first start of a step to the end.
	width int
}

// makeScale spans from the first start of a step to the end of the last, so that what the steps did fills the width; a
// sidecar that was there before or stays longer is cut. Without steps, containers are what counts.
func makeScale(t Timeline) scale {
	var end time.Time
	for _, s := range t.Steps {
		if !s.Started.IsZero() {
			end = later(end, orEnd(s.Finished, t))
		}
	}
	if len(t.Steps) == 0 {
		for _, c := range t.Containers {
			if !c.Started.IsZero() {
				end = later(end, orEnd(c.Finished, t))
			}
		}
	}
	return scale{zero: t.Zero, span: end.Sub(t.Zero)}
}

// bar draws what ran from start to end. What ran at all is at least one column wide. Both ends are rounded alike, so that a
// step begins in the column where the one before it ended.
func (s scale) bar(start, end time.Time) string {
	if s.span <= 0 || s.width <= 0 || start.IsZero() {
		return ""
	}
	from := min(s.column(start), s.width-1)
	to := max(s.column(end), from+1)
	return strings.Repeat(" ", from) + strings.Repeat("█", to-from)
}

func (s scale) column(t time.Time) int {
	offset := min(max(0, t.Sub(s.zero)), s.span)
	return int(math.Round(float64(offset) / float64(s.span) * float64(s.width)))
}
