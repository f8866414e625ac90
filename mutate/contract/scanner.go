package contract

import (
	"strconv"
	"strings"
	"time"
)

// scanner cuts a text into fields. After the first field that does not fit, failed stays true.
type scanner struct {
	rest   string
	failed bool
}

func (s *scanner) text(before, after string) string {
	value, rest, found := strings.Cut(strings.TrimPrefix(s.rest, before), after)
	if !found || !strings.HasPrefix(s.rest, before) {
		s.failed = true
		return ""
	}
	s.rest = rest
	return value
}

func (s *scanner) number(before, after string) int {
	n, err := strconv.Atoi(s.text(before, after))
	s.failed = s.failed || err != nil
	return n
}

func (s *scanner) time(before, after string) time.Time {
	value := s.text(before, after)
	if value == "" {
		return time.Time{}
	}
	t, err := time.Parse(time.RFC3339Nano, value)
	s.failed = s.failed || err != nil
	return t
}

func (s *scanner) names(before, after string) []string {
	value := s.text(before, after)
	if value == "" {
		return nil
	}
	names := strings.Split(value, ",")
	for i, name := range names {
		unquoted, err := strconv.Unquote(name)
		s.failed = s.failed || err != nil
		names[i] = unquoted
	}
	return names
}

// literal skips a text that must be there.
func (s *scanner) literal(text string) {
	rest, found := strings.CutPrefix(s.rest, text)
	s.failed = s.failed || !found
	s.rest = rest
}

// skips reports whether the text is there, and skips it.
func (s *scanner) skips(text string) bool {
	rest, found := strings.CutPrefix(s.rest, text)
	s.rest = rest
	return found
}

// quoted reads a string of JSON as [appendString] writes it.
func (s *scanner) quoted() string {
	s.literal(`"`)
	for end := 0; end < len(s.rest) && !s.failed; end++ {
		switch s.rest[end] {
		case '\\':
			end++
		case '"':
			value, ok := unescape(s.rest[:end])
			s.failed = !ok
			s.rest = s.rest[end+1:]
			return value
		}
	}
	s.failed = true
	return ""
}
