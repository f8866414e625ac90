package mutate

import "fmt"

// noticeCompat: of the variables of kubernetes-entrypoint those count that stand in the Pod. What a container gets from a ConfigMap or a Secret as
// a whole nobody knows at admission.
func noticeCompat(s subject, d decision) []string {
	var warnings []string
	for c := range s.everyContainer() {
		if _, is := d.awaited.emulated[c.Name]; is && len(c.EnvFrom) > 0 {
			warnings = append(warnings, fmt.Sprintf("container %q waits for what the variables in env say; those that come by envFrom are not read", c.Name))
		}
	}
	return warnings
}
