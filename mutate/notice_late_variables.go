package mutate

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// noticeLateVariables: the kubelet replaces $(NAME) by variables of the container that it knows. What only the cloner finds out, above all the
// commit, is in a file that the wrapper reads, so the command would get the text as it stands there.
func noticeLateVariables(s subject, d decision) []string {
	if !d.settings.clones() {
		return nil
	}
	all := slices.Sorted(maps.Keys(variableNames(d.settings.repositories)))
	var warnings []string
	for _, c := range s.containers() {
		if !d.shares(c.Name) {
			continue
		}
		known := map[string]bool{}
		for _, e := range variablesOf(d.settings.repositories, d.runner(c.Container)) {
			known[e.Name] = true
		}
		words := slices.Concat(c.Command, c.Args)
		for _, e := range c.Env {
			words = append(words, e.Value)
		}
		text := strings.ReplaceAll(strings.Join(words, "\n"), "$$", "")
		for _, name := range all {
			if reference := "$(" + name + ")"; !known[name] && strings.Contains(text, reference) {
				warnings = append(warnings, fmt.Sprintf("%s %q has %s, but only the cloner finds that out, so Kubernetes leaves it as it is; %s",
					d.noun(c.Name), c.Name, reference, lateHint(d.runner(c.Container), name)))
			}
		}
	}
	return warnings
}

func lateHint(by runner, name string) string {
	if by == byWrapper {
		return "read $" + name + " in a shell"
	}
	return "only steps have this variable"
}
