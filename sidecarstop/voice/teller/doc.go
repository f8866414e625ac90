// Package teller writes what [orderly.dev/sidecarstop/voice] has to say as Events of events.k8s.io/v1.
//
// The recorder of client-go adds up Events that look alike, and names each by the time. This loop says each thing once, and must be able to
// say it again after a restart without saying it twice. So an Event gets its name from what it says: from the Pod's UID, the reason, the
// object and [voice.Event.Once]. To tell twice is to create the same object twice, and AlreadyExists is an answer as good as any. Nothing has to
// be remembered over a restart, and two companions, of which one has just lost the lease, do not repeat each other.
//
// What is remembered, in a bounded memory, only saves requests: a Pod is reconciled many times, and each time everything there is to say about
// it is told anew.
//
// The loop must never wait for Events. [Teller.Tell] puts them into a bounded queue; workers write them, at most so many a second, and try again
// when the API server does not answer. One Pod gets a bounded number, so that a Pod that never stops failing cannot fill etcd. What does
// not fit is dropped and logged, and is told again when its Pod is next looked at.
package teller
