package timeline

import (
	"math"
	"strings"
	"time"
	"unicode/utf8"
)

// Columns of the table. The sidecars' kind shares the last one with the steps' hand-over.
const (
	columnName = iota
	columnState
	columnStarted
	columnDuration
	columnExit
	columnLast
	columnBar
	columns
)

// row is one line of the table; an empty one is a blank line.
type row [columns]string

// gap parts two columns.
const gap = "  "

// layOut aligns names and states to the left, numbers to the right. Nothing follows the last character of a line.
func layOut(rows []row) string {
	var widths [columns]int
	for _, r := range rows {
		for i, cell := range r {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	var b strings.Builder
	for _, r := range rows {
		var line strings.Builder
		for i, cell := range r {
			padding := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if i == columnName || i == columnState || i == columnBar {
				line.WriteString(cell + padding + gap)
			} else {
				line.WriteString(padding + cell + gap)
			}
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	return b.String()
}

// barWidth is the number of columns from the first start of a step to the end.
const barWidth = 40

// scale maps times to columns of a bar.
type scale struct {
	zero time.Time
	span time.Duration
}

// makeScale spans from the first start of a step to the end of the last, so that what the steps did fills the width; a
// sidecar that was there before or stays longer is cut.
func makeScale(t Timeline) scale {
	var end time.Time
	for _, s := range t.Steps {
		if !s.Started.IsZero() {
			end = later(end, orEnd(s.Finished, t))
		}
	}
	return scale{zero: t.Zero, span: end.Sub(t.Zero)}
}

// bar draws what ran from start to end. What ran at all is at least one column wide. Both ends are rounded alike, so that a
// step begins in the column where the one before it ended.
func (s scale) bar(start, end time.Time) string {
	if s.span <= 0 {
		return ""
	}
	from := min(s.column(start), barWidth-1)
	to := max(s.column(end), from+1)
	return strings.Repeat(" ", from) + strings.Repeat("█", to-from)
}

func (s scale) column(t time.Time) int {
	offset := min(max(0, t.Sub(s.zero)), s.span)
	return int(math.Round(float64(offset) / float64(s.span) * barWidth))
}
