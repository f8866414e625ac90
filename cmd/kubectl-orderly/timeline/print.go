package timeline

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// Print writes a timeline as text for people. It returns the writer's error.
func Print(w io.Writer, t Timeline) error {
	var b strings.Builder
	fmt.Fprintln(&b, headline(t))
	for _, sentence := range troubles(t) {
		fmt.Fprintln(&b, oneLine(sentence))
	}
	b.WriteByte('\n')
	if len(t.Steps) == 0 {
		b.WriteString(advice(t))
	} else {
		b.WriteString(table(t))
	}
	if sentences := waits(t); len(sentences) > 0 {
		b.WriteByte('\n')
		for _, sentence := range sentences {
			fmt.Fprintln(&b, oneLine(sentence))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func headline(t Timeline) string {
	line := fmt.Sprintf("Pod %s/%s: %s", t.Namespace, t.Pod, t.Phase)
	if t.Created.IsZero() || t.End.Before(t.Created) || len(t.Steps) == 0 {
		return line
	}
	word := "for"
	if t.Phase == string(corev1.PodSucceeded) || t.Phase == string(corev1.PodFailed) {
		word = "after"
	}
	return fmt.Sprintf("%s %s %s", line, word, t.End.Sub(t.Created).Round(time.Second))
}

// table lays out steps and sidecars in the same columns, so that their bars stand below each other.
func table(t Timeline) string {
	scale := makeScale(t)
	rows := []row{{"STEP", "STATE", "STARTED", "DURATION", "EXIT", "HAND-OVER", ""}}
	for _, s := range t.Steps {
		rows = append(rows, stepRow(t, s, scale))
	}
	if len(t.Sidecars) > 0 {
		rows = append(rows, row{}, row{"SIDECAR", "STATE", "STARTED", "DURATION", "EXIT", "KIND", ""})
	}
	for _, s := range t.Sidecars {
		rows = append(rows, sidecarRow(t, s, scale))
	}
	return layOut(rows)
}

func stepRow(t Timeline, s Step, scale scale) row {
	r := row{s.Name, stateAndTry(s.State, s.Restarts), "", "", "", "", ""}
	if s.Ended {
		r[columnExit] = strconv.Itoa(s.ExitCode)
	}
	if s.HandedOver {
		r[columnLast] = duration(s.HandOver)
	}
	if s.Started.IsZero() {
		return r
	}
	end := orEnd(s.Finished, t)
	if s.Exact {
		r[columnStarted] = fmt.Sprintf("%+.3fs", s.Started.Sub(t.Zero).Seconds())
		r[columnDuration] = duration(max(0, end.Sub(s.Started)))
	} else {
		r[columnStarted], r[columnDuration] = roughly(s.Started.Sub(t.Zero)), about(end.Sub(s.Started))
	}
	r[columnBar] = scale.bar(s.Started, end)
	return r
}

func sidecarRow(t Timeline, s Sidecar, scale scale) row {
	r := row{s.Name, stateAndTry(s.State, s.Restarts), "", "", "", string(s.Kind), ""}
	if !s.Finished.IsZero() {
		r[columnExit] = strconv.Itoa(s.ExitCode)
	}
	if s.Started.IsZero() {
		return r
	}
	end := orEnd(s.Finished, t)
	r[columnStarted], r[columnDuration] = roughly(s.Started.Sub(t.Zero)), about(end.Sub(s.Started))
	r[columnBar] = scale.bar(s.Started, end)
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

// about is a duration of which at least one end is known to the second only.
func about(d time.Duration) string { return "~" + max(0, d).Round(time.Second).String() }

// roughly is an offset that is known to the second only.
func roughly(d time.Duration) string { return fmt.Sprintf("~%+ds", int(math.Round(d.Seconds()))) }
