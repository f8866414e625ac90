package meter

import (
	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// Object is what is written.
type Object string

const (
	// Status is a patch of pods/status: annotations and conditions.
	Status Object = "status"
	// Pod is a patch of the Pod itself: images, deadline, scheduling gates.
	Pod Object = "pod"
	// Event is a new Event.
	Event Object = "event"
)

// Results that alerts are written for, or that show that all is well.
const (
	written = "ok"
	refused = "refused"
	failed  = "error"
)

// resultOf is what came of a write, in one of six words.
func resultOf(err error) string {
	switch {
	case err == nil:
		return written
	case apierrors.IsAlreadyExists(err):
		return "exists"
	case apierrors.IsConflict(err):
		return "conflict"
	case apierrors.IsNotFound(err):
		return "gone"
	case apierrors.IsForbidden(err), apierrors.IsInvalid(err), apierrors.IsBadRequest(err):
		return refused
	default:
		return failed
	}
}
