package voice

import (
	corev1 "k8s.io/api/core/v1"
)

// Reason is the reason of an Event. Users may rely on it.
type Reason string

// Subject is what an Event is about.
type Subject int

const (
	// OnPod is an Event on the Pod.
	OnPod Subject = iota
	// OnOwner is an Event on the Job that owns the Pod, which may outlive it. It is dropped where no Job does.
	OnOwner
)

// Event is something to be said once.
type Event struct {
	Reason Reason
	// Warning marks what went wrong.
	Warning bool
	// Action is what the loop did, in the words of the Events API, such as StartSteps.
	Action  string
	Message string
	On      Subject
	// Once tells this Event from others of the Pod with the same reason, such as the name of a step and its attempt. Of equal Reason, On and Once only
	// the first is ever written, also by another companion after a restart.
	Once string
}

// Type is the type of the Event in the API.
func (e Event) Type() string {
	if e.Warning {
		return corev1.EventTypeWarning
	}
	return corev1.EventTypeNormal
}
