package timeline

import "slices"

// inOrderOfPlan sorts steps so that each comes after those that it waits for, and otherwise keeps their order. A circle,
// which admission lets nobody make, is kept as it is.
func inOrderOfPlan(steps []Step) []Step {
	var sorted []Step
	for len(steps) > 0 {
		remaining := namesOf(steps)
		isFree := func(s Step) bool {
			return !slices.ContainsFunc(s.After, func(name string) bool { return slices.Contains(remaining, name) })
		}
		var later []Step
		for _, s := range steps {
			if isFree(s) {
				sorted = append(sorted, s)
			} else {
				later = append(later, s)
			}
		}
		if len(later) == len(steps) {
			return slices.Concat(sorted, later)
		}
		steps = later
	}
	return sorted
}

func namesOf(steps []Step) []string {
	names := make([]string, len(steps))
	for i, s := range steps {
		names[i] = s.Name
	}
	return names
}
