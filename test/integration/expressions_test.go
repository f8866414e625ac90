package integration

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// This reads as much of PromQL as the dashboard and the alerts use, and refuses the rest, so that nothing in them goes unread.

// expression is what an expression in PromQL needs to be exposed.
type expression struct {
	selectors []selector
	// grouping are the labels behind by.
	grouping []string
}

// selector chooses series: orderly_cancels_total{reason!="UserCancel"}. A series as it is exposed is one, too, of matchers with = only.
type selector struct {
	metric   string
	matchers []matcher
}

// matcher is one condition on a label, by =, !=, =~ or !~.
type matcher struct{ label, operator, value string }

var (
	promToken = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|[a-zA-Z_:][a-zA-Z0-9_:]*|[0-9][0-9.]*[smhd]?|=~|!~|!=|[-+*/<>=(){}\[\],]`)
	promName  = regexp.MustCompile(`^[a-zA-Z_:]`)
	functions = []string{"sum", "max", "rate", "increase", "histogram_quantile", "absent", "time"}
	operators = []string{"=", "!=", "=~", "!~"}
)

// parseExpression gives what the expression needs.
func parseExpression(text string) (expression, error) {
	r := &promReader{}
	r.tokens = promToken.FindAllString(text, -1)
	if rest := strings.Join(strings.Fields(promToken.ReplaceAllString(text, "")), ""); rest != "" {
		return expression{}, fmt.Errorf("%s: this test does not know %q", text, rest)
	}
	var e expression
	for len(r.tokens) > 0 {
		switch token := r.next(); {
		case token == "by":
			e.grouping = append(e.grouping, r.until("(", ")")...)
		case token == "[":
			r.until("", "]")
		case slices.Contains(functions, token) || !promName.MatchString(token):
		case r.peek() == "(":
			return expression{}, fmt.Errorf("%s: this test does not know the function %s", text, token)
		default:
			s, err := r.selector(token)
			if err != nil {
				return expression{}, fmt.Errorf("%s: %w", text, err)
			}
			e.selectors = append(e.selectors, s)
		}
	}
	return e, nil
}

// promReader hands out tokens, and "" at the end.
type promReader struct{ tokens []string }

func (r *promReader) peek() string {
	if len(r.tokens) == 0 {
		return ""
	}
	return r.tokens[0]
}

func (r *promReader) next() string {
	token := r.peek()
	r.tokens = r.tokens[min(1, len(r.tokens)):]
	return token
}

// until gives what stands, separated by commas, before the closing token, behind the opening one where one is given.
func (r *promReader) until(opening, closing string) []string {
	if opening != "" && r.next() != opening {
		return nil
	}
	var inside []string
	for token := r.next(); token != closing && token != ""; token = r.next() {
		if token != "," {
			inside = append(inside, token)
		}
	}
	return inside
}

// selector reads the matchers behind the name of a metric.
func (r *promReader) selector(metric string) (selector, error) {
	s := selector{metric: metric}
	if r.peek() != "{" {
		return s, nil
	}
	for parts := range slices.Chunk(r.until("{", "}"), 3) {
		if len(parts) != 3 || !slices.Contains(operators, parts[1]) {
			return s, fmt.Errorf("a matcher of %s reads %q", metric, parts)
		}
		value, err := strconv.Unquote(parts[2])
		if err != nil {
			return s, fmt.Errorf("a value of %s: %w", metric, err)
		}
		s.matchers = append(s.matchers, matcher{label: parts[0], operator: parts[1], value: value})
	}
	return s, nil
}

// labels are those of a series.
func (s selector) labels() map[string]string {
	all := map[string]string{}
	for _, m := range s.matchers {
		all[m.label] = m.value
	}
	return all
}

// missing says what the expression needs that none of the series has, and "" where it has everything.
func (e expression) missing(exposed []selector) string {
	seen := map[string]bool{}
	for _, s := range e.selectors {
		found := false
		for _, one := range exposed {
			if s.chooses(one) {
				found = true
				maps.Insert(seen, maps.All(present(one.labels())))
			}
		}
		if !found {
			return fmt.Sprintf("no series for %+v", s)
		}
	}
	for _, label := range e.grouping {
		if !seen[label] {
			return fmt.Sprintf("no label %s on the series of %+v", label, e.selectors)
		}
	}
	return ""
}

func present(labels map[string]string) map[string]bool {
	names := map[string]bool{}
	for name := range labels {
		names[name] = true
	}
	return names
}

// chooses reports whether the series is of that metric, has every label that is asked for, and the right values. PromQL would take a
// label that is not there for an empty one; here it is a mistake.
func (s selector) chooses(series selector) bool {
	labels := series.labels()
	return s.metric == series.metric && !slices.ContainsFunc(s.matchers, func(m matcher) bool {
		value, there := labels[m.label]
		return !there || !m.matches(value)
	})
}

func (m matcher) matches(value string) bool {
	same := value == m.value
	if strings.HasSuffix(m.operator, "~") {
		same = regexp.MustCompile("^(?:" + m.value + ")$").MatchString(value)
	}
	return same != strings.HasPrefix(m.operator, "!")
}
