package mutate

import "orderly.dev/mutate/contract"

// noticeCommands: a command in orderly.dev/commands is for the wrapper, so it has no effect on a container that runs without.
func noticeCommands(s subject, d decision) []string {
	var without []string
	for _, c := range s.containers() {
		if !d.wraps(c.Container) && d.settings.commands.find(c.Name) != nil {
			without = append(without, c.Name)
		}
	}
	if len(without) == 0 {
		return nil
	}
	return []string{contract.AnnotationCommands + " has no effect on " + enumerate(without) +
		": only what the wrapper runs needs it, steps and regular sidecars; set the command in the container"}
}
