package clone

import (
	"encoding/json"
	"strings"

	"orderly.dev/mutate/contract"
)

// maxReport is how many bytes of a termination message the kubelet reads.
const maxReport = 4096

// Report is what the cloner says in its termination message when all is in place.
type Report struct {
	// Sources in the order of the order's repositories.
	Sources []Source `json:"sources"`
}

// Line returns the report as the last line of a termination message, behind [contract.ReportPrefix]. It fits into the 4,096 bytes of one, and can be
// read by [Order.DecodeReport]: names of refs that are too long or too strange are left out, and where there is still no room the longest ones, because
// most of them stand in the order already.
func (r Report) Line() string {
	sources := make([]Source, len(r.Sources))
	for i, s := range r.Sources {
		sources[i] = s
		if len(s.RefName) > maxRef || !isPrintable(s.RefName) {
			sources[i].RefName = ""
		}
	}
	for {
		line := Report{sources}.encode()
		if longest := longestName(sources); len(line) > maxReport && longest >= 0 {
			sources[longest].RefName = ""
			continue
		}
		return line
	}
}

// longestName is the index of the source whose RefName is the longest, the last of several, and -1 where none has any.
func longestName(sources []Source) int {
	longest, size := -1, 1
	for i, s := range sources {
		if len(s.RefName) >= size {
			longest, size = i, len(s.RefName)
		}
	}
	return longest
}

func (r Report) encode() string { return contract.ReportPrefix + encodeJSON(r) + "\n" }

// DecodeReport returns the report in the last line of a termination message, and false where there is none that the cloner can have written for
// this order. Names that the line had no room for are those that the order tells, as far as it does.
func (o Order) DecodeReport(message string) (Report, bool) {
	message = strings.TrimSuffix(message, "\n")
	line := message[strings.LastIndexByte(message, '\n')+1:]
	encoded, found := strings.CutPrefix(line, contract.ReportPrefix)
	if !found || len(line) >= maxReport {
		return Report{}, false
	}
	var r Report
	if err := json.Unmarshal([]byte(encoded), &r); err != nil {
		return Report{}, false
	}
	if len(r.Sources) != len(o.Repositories) || r.encode() != line+"\n" {
		return Report{}, false
	}
	for i, s := range r.Sources {
		if !s.isPossible() {
			return Report{}, false
		}
		if s.RefName == "" {
			r.Sources[i].RefName = o.Repositories[i].Ref.Name
		}
	}
	return r, true
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
