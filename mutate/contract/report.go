package contract

import "strings"

// ReportPrefix starts the line of a termination message that holds a step's report.
const ReportPrefix = "orderly:"

// Report is what a step says about itself in its container's termination message: its marker and its results.
type Report struct {
	Marker
	// Results are files that the step left, in the order of -results.
	Results []Result
	// Truncated names the results that had no room: the first that did not fit and all after it.
	Truncated []string
}

// Result is one file that a step left.
type Result struct{ Name, Value string }

// Line returns the report as the last line of a termination message: the marker's JSON with the results, if there are any, as
// its last fields.
func (r Report) Line() string {
	var b []byte
	b = append(b, ReportPrefix...)
	b = append(b, strings.TrimSuffix(r.Encode(), "}")...)
	if len(r.Results) > 0 {
		b = append(b, `,"results":{`...)
		for i, result := range r.Results {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendString(b, result.Name)
			b = append(b, ':')
			b = appendString(b, result.Value)
		}
		b = append(b, '}')
	}
	if len(r.Truncated) > 0 {
		b = append(b, `,"truncated":["`...)
		b = append(b, strings.Join(r.Truncated, `","`)...)
		b = append(b, `"]`...)
	}
	return string(append(b, "}\n"...))
}

// DecodeReport returns the report in the last line of a termination message, and false where there is none. It accepts nothing
// that [Report.Line] cannot have produced, so a line that was cut is none.
func DecodeReport(message string) (Report, bool) {
	message = strings.TrimSuffix(message, "\n")
	line := message[strings.LastIndexByte(message, '\n')+1:]
	encoded, found := strings.CutPrefix(line, ReportPrefix)
	if !found {
		return Report{}, false
	}
	s := scanner{rest: encoded}
	r := Report{Marker: s.marker()}
	if s.skips(`,"results":{`) {
		r.Results = s.results()
	}
	if s.skips(`,"truncated":`) {
		r.Truncated = s.names("[", "]")
	}
	s.literal("}")
	if s.failed || s.rest != "" || r.validate() != nil || r.Line() != line+"\n" {
		return Report{}, false
	}
	return r, true
}

// results reads names and values up to the bracket behind them.
func (s *scanner) results() []Result {
	var results []Result
	for !s.failed {
		name := s.quoted()
		s.literal(":")
		results = append(results, Result{Name: name, Value: s.quoted()})
		if s.skips("}") {
			return results
		}
		s.literal(",")
	}
	return nil
}
