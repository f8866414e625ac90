package mutate

import (
	"fmt"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/annotation"
	"orderly.dev/mutate/contract"
	"orderly.dev/mutate/dependency"
)

// readWaitFor reads orderly.dev/wait-for, what must be true before the Pod, or a container of it, starts. How an entry is written says
// package dependency; whether the containers in it exist, and do not wait for each other in a circle, is judged in validate_wait_*.go.
func readWaitFor(s subject) ([]wait, field.ErrorList) {
	w, given := s.wish(contract.AnnotationWaitFor)
	if !given {
		return nil, nil
	}
	entries, problems := dependency.Parse(w.text)
	path := w.path()
	waits := make([]wait, len(entries))
	for i, entry := range entries {
		waits[i] = wait{Entry: entry, path: path}
		if entry.Timeout() > maxWait {
			problems = append(problems, annotation.Problem{Place: entry.Place(), Value: entry.Timeout().String(),
				Detail: fmt.Sprintf("the timeout of %v is more than a year; write a duration such as 10m or 1h30m", entry)})
		}
	}
	return waits, w.refused(problems...)
}
