package mutate

import "fmt"

// noticeReadyWhileWaiting: what only a container itself can find out, nobody else knows of. So in a Pod that restarts always, which Services send
// traffic to, the container counts as ready while it waits for that, unless a readinessProbe asks its command.
func noticeReadyWhileWaiting(s subject, d decision) []string {
	if endsItself(s.spec) {
		return nil
	}
	var warnings []string
	for c := range s.everyContainer() {
		if c.ReadinessProbe == nil && !d.awaited.isInitial(c.Name) && d.awaited.by(c.Name).looksInside() {
			warnings = append(warnings, fmt.Sprintf("container %q counts as ready while it waits for a socket, a file or an address, "+
				"because it has no readinessProbe", c.Name))
		}
	}
	return warnings
}
