package mutate

import (
	"time"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/contract"
)

// readSidecarGrace reads orderly.dev/sidecar-grace, the time from the stop signal of a wrapped sidecar to its SIGKILL: a duration
// such as 90s or 1m30s, more than nothing and at most [maxGrace].
func readSidecarGrace(s subject, into *settings) field.ErrorList {
	w, given := s.wish(contract.AnnotationSidecarGrace)
	if !given {
		return nil
	}
	d, err := time.ParseDuration(w.text)
	if err != nil || d <= 0 || d > maxGrace {
		return field.ErrorList{field.Invalid(w.path(), w.text, "not a time from more than 0 to a year; write a duration such as 90s or 1m30s")}
	}
	into.sidecarGrace = d
	return nil
}
