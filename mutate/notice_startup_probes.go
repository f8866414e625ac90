package mutate

import "fmt"

// noticeStartupProbes: the startup probe of a container that waits passes at once (probes.go), and the kubelet asks one that has passed never
// again. So it holds nothing back when the command starts.
func noticeStartupProbes(s subject, d decision) []string {
	var warnings []string
	for c := range s.everyContainer() {
		if c.StartupProbe == nil || !d.waits(s.spec, c.Name) {
			continue
		}
		warnings = append(warnings, fmt.Sprintf("the startupProbe of %s %q passes while the %s waits, and is never asked again: "+
			"a livenessProbe counts from the first moment of its command", d.noun(c.Name), c.Name, d.noun(c.Name)))
	}
	return warnings
}
