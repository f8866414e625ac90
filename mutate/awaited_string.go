package mutate

import (
	"strings"

	"orderly.dev/mutate/dependency"
)

// String writes for people what is waited for, and which files are made, behind a semicolon; what is for single containers stands in brackets
// behind what is for the whole Pod. It is empty for nothing.
//
//	; waits for: service mariadb, job migrate (nova: socket /var/run/ovs.sock); makes: /etc/nova/nova.conf (nova)
func (a awaited) String() string {
	var text strings.Builder
	whole, single := a.lines()
	switch {
	case a.held:
		text.WriteString("; waits in the queue for: ")
	case len(whole)+len(single) > 0:
		text.WriteString("; waits for: ")
	}
	text.WriteString(strings.Join(whole, ", "))
	if len(single) > 0 {
		if len(whole) > 0 {
			text.WriteString(" ")
		}
		text.WriteString("(" + strings.Join(single, "; ") + ")")
	}
	if len(a.files) > 0 {
		text.WriteString("; makes: " + strings.Join(a.fileLines(), ", "))
	}
	return text.String()
}

// lines are what the whole Pod waits for, and what single containers do, with their names before it. What the same containers wait for stands
// together.
func (a awaited) lines() (whole, single []string) {
	var names []string
	byNames := map[string][]string{}
	for _, w := range a.waits {
		if w.HoldsPod() {
			whole = append(whole, w.String())
			continue
		}
		waiters := joinNames(w.Waiters())
		if byNames[waiters] == nil {
			names = append(names, waiters)
		}
		byNames[waiters] = append(byNames[waiters], w.String())
	}
	for _, waiters := range names {
		single = append(single, waiters+": "+strings.Join(byNames[waiters], ", "))
	}
	return whole, single
}

func joinNames(references []dependency.Reference) string {
	names := make([]string, len(references))
	for i, r := range references {
		names[i] = r.Name
	}
	return strings.Join(names, " ")
}

func (a awaited) fileLines() []string {
	var lines []string
	for _, f := range a.files {
		lines = append(lines, f.Template().Destination+" ("+joinNames(f.Containers())+")")
	}
	return lines
}
