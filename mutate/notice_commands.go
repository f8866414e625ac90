package mutate

import "orderly.dev/mutate/contract"

// noticeCommands: a command in orderly.dev/commands is for the wrapper, so it has no effect on a container that runs without.
func noticeCommands(s subject, d decision) []string {
	var without []string
	for _, name := range containerNames(s.spec.Containers) {
		if !d.wraps(name) && d.settings.commands.find(name) != nil {
			without = append(without, name)
		}
	}
	if len(without) == 0 {
		return nil
	}
	return []string{contract.AnnotationCommands + " has no effect on " + enumerate(without) +
		": only what the wrapper runs needs it, steps and regular sidecars; set the command in the container"}
}
