package mutate

import (
	"time"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/contract"
)

const (
	// defaultWait is how long to wait for each thing where nobody says it.
	defaultWait = time.Hour
	// maxWait bounds every timeout of something that is waited for.
	maxWait = 365 * 24 * time.Hour
)

// readWaitTimeout reads orderly.dev/wait-timeout, how long to wait for each thing in orderly.dev/wait-for that has no timeout of its own, and
// for the sidecars: a duration such as 10m or 1h30m, more than nothing and at most [maxWait]; [defaultWait] where it is not there.
func readWaitTimeout(s subject, into *settings) field.ErrorList {
	into.waitTimeout = defaultWait
	w, given := s.wish(contract.AnnotationWaitTimeout)
	if !given {
		return nil
	}
	d, err := time.ParseDuration(w.text)
	if err != nil || d <= 0 || d > maxWait {
		return field.ErrorList{field.Invalid(w.path(), w.text, "not a time from more than 0 to a year; write a duration such as 10m or 1h30m")}
	}
	into.waitTimeout = d
	return nil
}
