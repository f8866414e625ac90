package contract

import (
	"slices"
	"time"
)

// A command may write into its termination message what it likes, and so claim anything about its own step. Whoever reads a report believes it only where
// it fits what the kubelet saw; these are the rules that need nothing but the report.

// CodeFits reports whether a wrapper ends a step with this exit code for this reason.
func (m Marker) CodeFits() bool {
	switch m.Reason {
	case Completed, NotNeeded, Skipped:
		return m.ExitCode == ExitOK
	case Continued, Error, Terminated:
		return m.ExitCode != ExitOK
	case Timeout, GateTimeout:
		return m.ExitCode == ExitTimeout
	case Cancelled:
		return m.ExitCode == ExitCancelled
	case UpstreamFailed:
		return true
	}
	return false
}

// ClockSlack is how far times of a report may lie outside those of the kubelet, which are cut to seconds.
const ClockSlack = 2 * time.Second

// IsWithin reports whether the times of a marker are in order, and between those two, of which either may be zero where it is not known: the start of the
// Pod, of which an earlier life of the container may have left the marker, and the end of the container.
func (m Marker) IsWithin(began, ended time.Time) bool {
	first := m.StartedAt
	if first.IsZero() {
		first = m.FinishedAt
	}
	switch {
	case m.FinishedAt.Before(first):
		return false
	case !began.IsZero() && first.Before(began.Add(-ClockSlack)):
		return false
	case !ended.IsZero() && m.FinishedAt.After(ended.Add(ClockSlack)):
		return false
	}
	return true
}

// Declared are those of the report's results that the step was told to leave by [Options].Results, in the order of the report, and the names of those of
// them that had no room.
func (r Report) Declared(o Options) (results []Result, truncated []string) {
	for _, result := range r.Results {
		if slices.Contains(o.Results, result.Name) {
			results = append(results, result)
		}
	}
	for _, name := range r.Truncated {
		if slices.Contains(o.Results, name) {
			truncated = append(truncated, name)
		}
	}
	return results, truncated
}
