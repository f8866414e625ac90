package clone

import (
	"encoding/json"
	"strings"

	"orderly.dev/mutate/contract"
)

// maxReport is how many bytes of a termination message the kubelet reads. Of those it keeps the first 12,288 divided by the number of the Pod's
// containers, so in a Pod with many of them the end of a report is missing.
const maxReport = 4096

// Report is what the cloner says in its termination message when all is in place.
type Report struct {
	// Sources in the order of the order's repositories.
	Sources []Source
}

// Text returns the report as a termination message: a line for each repository, each behind [contract.ReportPrefix] and readable by itself, so that
// only the last ones are missing where there is no room. Names of refs that are too long or too strange are left out.
func (r Report) Text() string {
	text := ""
	for _, s := range r.Sources {
		if len(s.RefName) > maxRef || !isPrintable(s.RefName) {
			s.RefName = ""
		}
		line := s.line()
		if len(text)+len(line) > maxReport {
			break
		}
		text += line
	}
	return text
}

func (s Source) line() string { return contract.ReportPrefix + encodeJSON(s) + "\n" }

// DecodeReport returns the report in a termination message, and false where there is none that the cloner can have written for this order. It
// has a source for each repository: where the message is cut, or has no name, that is what the order tells, see [Repository.Declared].
func (o Order) DecodeReport(message string) (Report, bool) {
	var said []Source
	for line := range strings.Lines(message) {
		s, right := decodeSource(line)
		switch {
		case right && len(said) < len(o.Repositories):
			said = append(said, s)
		case right || strings.HasSuffix(line, "\n"):
			return Report{}, false
		}
	}
	if len(said) == 0 {
		return Report{}, false
	}
	var r Report
	for i, repository := range o.Repositories {
		s := repository.Declared()
		if i < len(said) {
			s = said[i]
		}
		if s.RefName == "" {
			s.RefName = repository.Ref.Name
		}
		r.Sources = append(r.Sources, s)
	}
	return r, true
}

// decodeSource reads a line that [Source.line] can have written, with or without the end of the line.
func decodeSource(line string) (Source, bool) {
	line = strings.TrimSuffix(line, "\n")
	encoded, found := strings.CutPrefix(line, contract.ReportPrefix)
	if !found || len(line) >= maxReport {
		return Source{}, false
	}
	var s Source
	if err := json.Unmarshal([]byte(encoded), &s); err != nil || s.line() != line+"\n" {
		return Source{}, false
	}
	return s, s.isPossible()
}

// isPossible reports whether the cloner can have said this. Whoever may write the message may write anything into it.
func (s Source) isPossible() bool {
	switch s.RefType {
	case refTypeBranch, refTypeTag, refTypeCommit, refTypeRef:
	default:
		return false
	}
	return isHash(s.Commit) && strings.ToLower(s.Commit) == s.Commit && len(s.RefName) <= maxRef && isPrintable(s.RefName)
}
