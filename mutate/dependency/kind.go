package dependency

import "slices"

// Kind is what an entry waits for. Its text is the key in the annotation.
type Kind string

const (
	// Service has at least one ready endpoint.
	Service Kind = "service"
	// Job succeeded at least once. One that failed for good fails the gate. It has a name or labels.
	Job Kind = "job"
	// Pod means that at least one Pod with the labels is ready; on this Pod's node where [Entry.SameNode] says so.
	Pod Kind = "pod"
	// DaemonSet has a ready Pod on this Pod's node. No Pod there is not ready.
	DaemonSet Kind = "daemonset"
	// Deployment is rolled out, as kubectl rollout status judges.
	Deployment Kind = "deployment"
	// StatefulSet is rolled out, as kubectl rollout status judges.
	StatefulSet Kind = "statefulset"
	// Resource is an object of any kind that the operator listed; it is there, and its [Entry.Fields] and [Entry.Conditions] are as
	// they are written.
	Resource Kind = "resource"
	// Container is another container of the Pod, and is ready.
	Container Kind = "container"
	// Socket is a file that exists and that the waiting container may read and write.
	Socket Kind = "socket"
	// File is a file that exists where the waiting container runs.
	File Kind = "file"
	// TCP is an address that takes connections from the waiting container.
	TCP Kind = "tcp"
)

// kinds lists them in the order of the documentation.
var kinds = []Kind{Service, Job, Pod, DaemonSet, Deployment, StatefulSet, Resource, Container, Socket, File, TCP}

// Kinds lists every kind, in the order of the documentation.
func Kinds() []Kind { return slices.Clone(kinds) }

// Inside reports whether it is found out in the Pod, by the wrapper of a container that waits, and not by the companion. A socket and a file
// are not the same in every container, so their entries always say who waits; an address is, so one without "for" is for the whole Pod.
func (k Kind) Inside() bool { return k == Socket || k == File || k == TCP }

// OfPod reports whether an entry of this kind concerns this Pod alone, so that a namespace has no meaning.
func (k Kind) OfPod() bool { return k == Container || k.Inside() }
