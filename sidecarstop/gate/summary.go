package gate

import (
	"slices"
	"strconv"
	"strings"

	"orderly.dev/mutate/dependency"
)

// Several entries: one answer for the gate, and one line for people.

// Judged is an entry with the answer about it.
type Judged struct {
	Entry dependency.Entry
	// Subject is what was judged where no entry says it, such as "sidecar proxy". Empty: the entry.
	Subject string
	Verdict Verdict
}

// String is a line for people: what was judged, and what is missing.
func (j Judged) String() string {
	if j.Subject != "" {
		return j.Subject + ": " + j.Verdict.Reason
	}
	return j.Entry.String() + ": " + j.Verdict.Reason
}

// Overall is Met when every entry is, also when there is none, and FailedForGood as soon as one has.
func Overall(all []Judged) State {
	has := func(state State) bool {
		return slices.ContainsFunc(all, func(j Judged) bool { return j.Verdict.State == state })
	}
	switch {
	case has(FailedForGood):
		return FailedForGood
	case has(NotYet):
		return NotYet
	default:
		return Met
	}
}

// Limit bounds a summary.
type Limit struct {
	// Entries is how many are listed. The others are counted.
	Entries int
	// Bytes is how long the text may be, at least 64. Whole entries are left out and counted rather than cut; only the first is cut where it alone is too long.
	Bytes int
}

// EventLimit is for the message of an Event, of which Kubernetes takes 1,024 bytes.
var EventLimit = Limit{Entries: 5, Bytes: 1024}

// Missing lists what is missing: "job migrate: failed for good (BackoffLimitExceeded); service mariadb: 0 of 2 endpoints ready; and 3 more". What failed for
// good comes first, and then the order is that of the entries, so the text changes only with what it says. What is waited for by several
// containers is listed once. The text is empty when nothing is missing.
func Missing(all []Judged, limit Limit) string {
	lines := missingLines(all)
	if len(lines) == 0 {
		return ""
	}
	for listed := min(len(lines), limit.Entries); listed > 1; listed-- {
		if text := strings.Join(lines[:listed], "; ") + andMore(len(lines)-listed); len(text) <= limit.Bytes {
			return text
		}
	}
	more := andMore(len(lines) - 1)
	return cut(lines[0], limit.Bytes-len(more)) + more
}

func missingLines(all []Judged) []string {
	var lines []string
	for _, state := range []State{FailedForGood, NotYet} {
		for _, judged := range all {
			line := judged.String()
			if judged.Verdict.State == state && !slices.Contains(lines, line) {
				lines = append(lines, line)
			}
		}
	}
	return lines
}

func andMore(count int) string {
	if count == 0 {
		return ""
	}
	return "; and " + strconv.Itoa(count) + " more"
}
