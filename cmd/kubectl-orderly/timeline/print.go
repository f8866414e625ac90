package timeline

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Text writes a timeline for people. The table fits into width, in columns of a terminal; 0 is as wide as it is. Sentences are one line each,
// however long.
func Text(t Timeline, width int) string {
	var b strings.Builder
	fmt.Fprintln(&b, OneLine(headline(t)))
	for _, sentence := range troubles(t) {
		fmt.Fprintln(&b, OneLine(sentence))
	}
	b.WriteByte('\n')
	if t.Rewritten {
		b.WriteString(table(t, width))
	} else {
		b.WriteString(advice(t))
	}
	for _, section := range [][]string{waits(t), results(t)} {
		if len(section) > 0 {
			b.WriteByte('\n')
		}
		for _, sentence := range section {
			fmt.Fprintln(&b, bounded(sentence, maxMissing))
		}
	}
	return b.String()
}

func headline(t Timeline) string {
	line := fmt.Sprintf("Pod %s/%s: %s", t.Namespace, t.Pod, t.Phase)
	if t.Created.IsZero() || t.End.Before(t.Created) || !t.Rewritten {
		return line
	}
	word := "for"
	if t.Over {
		word = "after"
	}
	return fmt.Sprintf("%s %s %s", line, word, span(t.End.Sub(t.Created)))
}

// table lays out all containers in the same columns, so that their bars stand below each other.
func table(t Timeline, width int) string {
	var rows []row
	section := func(title, last string) {
		if len(rows) > 0 {
			rows = append(rows, row{})
		}
		rows = append(rows, row{cells: [columns]string{title, "STATE", "STARTED", "DURATION", "EXIT", last}})
	}
	if len(t.Steps) > 0 {
		section("STEP", "HAND-OVER")
	}
	for _, s := range t.Steps {
		rows = append(rows, stepRow(t, s))
	}
	if len(t.Sidecars) > 0 {
		section("SIDECAR", "KIND")
	}
	for _, c := range t.Sidecars {
		rows = append(rows, containerRow(t, c, string(c.Kind)))
	}
	if others := worthTelling(t); len(others) > 0 {
		section("CONTAINER", "GATE")
		for _, c := range others {
			rows = append(rows, containerRow(t, c, c.Gate))
		}
	}
	return layOut(rows, makeScale(t), width)
}

// worthTelling leaves out the init containers of a Pod with steps once they have ended well: the story is about the steps.
func worthTelling(t Timeline) []Container {
	if len(t.Steps) == 0 {
		return t.Containers
	}
	return slices.DeleteFunc(slices.Clone(t.Containers), func(c Container) bool {
		return c.hasEndedWell() || c.State == Pending || c.State == NotStarted
	})
}

func stepRow(t Timeline, s Step) row {
	r := row{cells: [columns]string{columnName: s.Name, columnState: stateAndTry(s.State, s.Restarts)}}
	if s.Exited {
		r.cells[columnExit] = strconv.Itoa(s.ExitCode)
	}
	if s.HandedOver {
		r.cells[columnLast] = duration(s.HandOver)
	}
	if s.Started.IsZero() {
		return r
	}
	r.from, r.to = s.Started, orEnd(s.Finished, t)
	if s.Exact {
		r.cells[columnStarted] = fmt.Sprintf("%+.3fs", s.Started.Sub(t.Zero).Seconds())
		r.cells[columnDuration] = duration(max(0, r.to.Sub(s.Started)))
	} else {
		r.cells[columnStarted], r.cells[columnDuration] = roughly(s.Started.Sub(t.Zero)), about(r.to.Sub(s.Started))
	}
	return r
}

func containerRow(t Timeline, c Container, last string) row {
	r := row{cells: [columns]string{columnName: c.Name, columnState: stateAndTry(c.State, c.Restarts), columnLast: last}}
	if !c.Finished.IsZero() {
		r.cells[columnExit] = strconv.Itoa(c.ExitCode)
	}
	if c.Started.IsZero() {
		return r
	}
	r.from, r.to = c.Started, orEnd(c.Finished, t)
	r.cells[columnStarted], r.cells[columnDuration] = roughly(c.Started.Sub(t.Zero)), about(r.to.Sub(c.Started))
	return r
}

func orEnd(finished time.Time, t Timeline) time.Time {
	if finished.IsZero() {
		return t.End
	}
	return finished
}

// stateAndTry numbers the tries of a container that the kubelet has started again.
func stateAndTry(state string, restarts int) string {
	if restarts == 0 {
		return state
	}
	return fmt.Sprintf("%s, try %d", state, restarts+1)
}

// duration is exact to a tenth of a millisecond below a second, to the millisecond below a minute, and then to the second.
func duration(d time.Duration) string {
	switch {
	case d < time.Second:
		return fmt.Sprintf("%.1fms", float64(d)/float64(time.Millisecond))
	case d < time.Minute:
		return fmt.Sprintf("%.3fs", d.Seconds())
	default:
		return d.Round(time.Second).String()
	}
}

// span is a duration to the second, as people write it: 1h, not 1h0m0s.
func span(d time.Duration) string {
	text := d.Round(time.Second).String()
	if short, found := strings.CutSuffix(text, "m0s"); found {
		text = short + "m"
	}
	if short, found := strings.CutSuffix(text, "h0m"); found {
		text = short + "h"
	}
	return text
}

// about is a duration of which at least one end is known to the second only.
func about(d time.Duration) string { return "~" + max(0, d).Round(time.Second).String() }

// roughly is an offset that is known to the second only.
func roughly(d time.Duration) string { return fmt.Sprintf("~%+ds", int(math.Round(d.Seconds()))) }
