// Package ending decides when a Pod, or a container in it, has to end, and how.
//
// Most Pods need nothing of this. Their steps end by themselves, the wrappers tell each other by markers and locks, the sidecars leave when the
// last marker is there, and the kubelet finds that everything has ended. What is decided here is for the others, of which there are three kinds.
//
// # Sidecars that nobody tells
//
// A sidecar that was added after admission has no wrapper and does not know when the steps have ended, so it would keep the Pod running for ever.
// Of a running container the API lets nobody change anything but the image; so that is swapped for one whose program ends at once with 0, and the
// kubelet stops the sidecar as it stops any container. [Decision.Stop] names these. The swap is a restart, which a Job counts under restartPolicy
// OnFailure: there it is only done where the Job can afford it ([Owner]). Whatever cannot be stopped, was not stopped because the API server
// refused, or lives on although it should have left, is named in an Event, because a Pod that hangs and does not say why is the worst of all.
//
// # Steps that nobody can hear
//
// A step that is killed leaves no marker, and those that wait for it find out by its lock. A step that was never started has no lock either, and
// on some nodes locks do not reach from one container to another. So five seconds after a step has ended badly for good, if somebody still waits
// for it, its name goes into the annotation orderly.dev/dead ([Decision.Dead]).
//
// # Pods that cannot succeed
//
// A gate that does not open in time, an image that never comes, repositories that cannot be cloned however often that is tried, a sidecar that fails
// where nothing is started again: in such a Pod the steps would wait for ever. And a person may want a Pod to end with its logs. Such a Pod is
// cancelled, unless its restartPolicy is Always: then it is none that ends.
//
// A cancel has three parts, because each reaches further and breaks more. First comes the annotation orderly.dev/cancel, which the wrappers see
// as a file: the steps end in order, with their logs and exit codes. With it the condition orderly.dev/Cancelled says why, for people and for a
// podFailurePolicy. A Pod that has not Failed when its steps have ended once, or when their grace is over, gets activeDeadlineSeconds 1, and the
// kubelet ends it. Where what failed is started again, it gets that a few seconds after the first part: there a step that has ended stays until it is
// stopped, because the kubelet would start it again and forget its logs. A Pod without a node has no kubelet, so the companion writes the end into its status. Where no step runs there is nothing to
// wait for between the parts. Each part is decided from what the Pod says about the one before it, so a companion that dies between two is
// followed by one that goes on.
//
// # Clocks
//
// How long a container has been waiting is in no field of the API, and the kubelet shows another reason every few seconds. [Troubles] remembers
// that, and [Troubles.After] brings it up to date; nothing else is remembered, and it only of Pods in which something is wrong or ends. A
// companion that is started anew starts these clocks anew. [Decision.Again] says when the next of all clocks is over.
//
// # Events
//
// A decision says everything that can be said now, in each decision again. The names of Events are made of what they say, so the second time is
// none ([orderly.dev/sidecarstop/voice/teller]).
//
// The package is pure: no I/O, no clock, no state. Of a Pod it reads: name, labels, annotations, owner references, deletion timestamp; of the
// spec restartPolicy, nodeName, activeDeadlineSeconds, terminationGracePeriodSeconds, schedulingGates, and of each container name, image,
// command, args, restartPolicy and restartPolicyRules; of the status phase, reason, message, conditions, and of each container restartCount,
// state (the reason and message of waiting; startedAt of running; all of terminated but the containerID) and, of the last termination, exitCode,
// startedAt and finishedAt, and the cloner's message.
package ending
