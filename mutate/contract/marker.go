package contract

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// Reason says how a step ended.
type Reason string

// Reasons, in the order of the table in the documentation. The last column of that table, the file that is written, is
// [Marker.Good].
const (
	Completed      Reason = "Completed"      // the command exited 0, and nothing before it failed
	Continued      Reason = "Continued"      // the command failed, and the step heals its own failure
	NotNeeded      Reason = "NotNeeded"      // it runs on failure only, and nothing failed
	Error          Reason = "Error"          // the command exited non-zero, or could not be started
	Timeout        Reason = "Timeout"        // the command took too long
	UpstreamFailed Reason = "UpstreamFailed" // it ran and went well although something before it had failed
	Skipped        Reason = "Skipped"        // its command did not run, because something before it failed
	Cancelled      Reason = "Cancelled"      // the Pod was cancelled, or a sibling failed while it ran
	Terminated     Reason = "Terminated"     // stopped from outside, as when a Pod is deleted
	GateTimeout    Reason = "GateTimeout"    // what it waited for did not come in time
)

var reasons = map[Reason]struct{ good, exitsZero bool }{
	Completed:      {good: true, exitsZero: true},
	Continued:      {good: true, exitsZero: true},
	NotNeeded:      {good: true, exitsZero: true},
	Error:          {},
	Timeout:        {},
	UpstreamFailed: {exitsZero: true},
	Skipped:        {exitsZero: true},
	Cancelled:      {},
	Terminated:     {},
	GateTimeout:    {},
}

// Marker says how a step ended. It is one line of JSON, in the marker file of the step or in its [FailedFile], and,
// behind [ReportPrefix], in the termination message of its container.
type Marker struct {
	// Step is the container's name.
	Step string
	// ExitCode is the command's exit code, or one of the wrapper's own where no command ran.
	ExitCode int
	Reason   Reason
	// Attempts counts how often the command was started; 0 when it never was.
	Attempts int
	// StartedAt is when the command was first started; zero when it never was.
	StartedAt time.Time
	// FinishedAt is when the step ended.
	FinishedAt time.Time
	// Failed names the steps whose failure this one passes on to those that wait for it, itself included.
	Failed []string
}

// Good reports whether the step and everything before it went well, that is, whether the marker lies in the marker
// file itself rather than in its [FailedFile].
func (m Marker) Good() bool { return reasons[m.Reason].good }

// Exit is the exit code of a container whose step ended with this marker.
func (m Marker) Exit() int {
	if reasons[m.Reason].exitsZero {
		return ExitOK
	}
	return m.ExitCode
}

// maxMarker bounds what is read as a marker, in bytes: [MaxSteps] names of 63 characters with quotes and commas, and the rest.
const maxMarker = 8 << 10

// Encode returns the marker as one line of JSON without a line end.
func (m Marker) Encode() string {
	var b strings.Builder
	b.WriteString(`{"step":"` + m.Step)
	b.WriteString(`","exitCode":` + strconv.Itoa(m.ExitCode))
	b.WriteString(`,"reason":"` + string(m.Reason))
	b.WriteString(`","attempts":` + strconv.Itoa(m.Attempts))
	b.WriteString(`,"startedAt":"` + encodeTime(m.StartedAt))
	b.WriteString(`","finishedAt":"` + encodeTime(m.FinishedAt))
	b.WriteString(`","failed":[`)
	for i, name := range m.Failed {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(`"` + name + `"`)
	}
	b.WriteString(`]}`)
	return b.String()
}

// ErrMarker says that a text is not a marker, or only a part of one.
var ErrMarker = errors.New("not a marker")

// DecodeMarker is the inverse of [Marker.Encode]. A trailing line end is allowed. It accepts nothing that Encode cannot
// have produced: what it read is encoded again and compared.
func DecodeMarker(line string) (Marker, error) {
	line = strings.TrimSuffix(line, "\n")
	if len(line) > maxMarker {
		return Marker{}, ErrMarker
	}
	s := scanner{rest: line}
	m := s.marker()
	s.literal("}")
	if s.failed || s.rest != "" || m.validate() != nil || m.Encode() != line {
		return Marker{}, ErrMarker
	}
	return m, nil
}

// marker reads all of a marker but the bracket at its end.
func (s *scanner) marker() Marker {
	return Marker{
		Step:       s.text(`{"step":"`, `"`),
		ExitCode:   s.number(`,"exitCode":`, `,`),
		Reason:     Reason(s.text(`"reason":"`, `"`)),
		Attempts:   s.number(`,"attempts":`, `,`),
		StartedAt:  s.time(`"startedAt":"`, `"`),
		FinishedAt: s.time(`,"finishedAt":"`, `"`),
		Failed:     s.names(`,"failed":[`, `]`),
	}
}

func (m Marker) validate() error {
	if _, known := reasons[m.Reason]; !known || !IsName(m.Step) || m.ExitCode < 0 || m.ExitCode > 255 || m.Attempts < 0 {
		return ErrMarker
	}
	for _, name := range m.Failed {
		if !IsName(name) {
			return ErrMarker
		}
	}
	return nil
}

func encodeTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}
