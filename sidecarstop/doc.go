// Package sidecarstop is the companion loop: it does for the Pods that Orderly rewrote what only an observer of the
// cluster can do.
//
// Inside a Pod the steps hand over to each other by files and need nobody. Some things they cannot see. Whether the sidecars are ready is known
// to the kubelet alone; whether a Service has endpoints or a Job has succeeded is known to the cluster, which the workload has no right to ask; that an
// image never comes keeps the very container from running that could say so. And a sidecar that was added after admission and could not be wrapped
// does not know when the steps have ended, so the Pod of a Job would run for ever. The loop watches for all of it, and tells the Pod by the few
// means that there are: annotations, which the downward API turns into files that the wrappers wait for; the scheduling gate, the deadline and the images
// of containers, which alone can be changed of a Pod that exists; and for people conditions and Events.
//
// # Deciding
//
// [Decide] is a pure function of the Pod, of [Facts] that are not in it, and of the time; its tests are tables. It asks three rules, each a package
// or a file of its own:
//
//   - gates (gates.go): what every closed gate of the Pod stands for is judged by package gate. A gate of which everything is true opens, and never
//     closes again. While one is closed the condition orderly.dev/Ready is False and says what is missing. When that comes too late, or failed for
//     good, a Pod that can end is ended.
//   - package ending: what can no longer succeed is cancelled, with the reason; when the steps have ended, what would stay is stopped.
//   - package voice: how the steps ended, as an annotation and a condition, and what people are told in Events.
//
// What a container is, and which gates a Pod has, package podview reads from the flags of the wrappers and the order of the cloner in its commands,
// which nobody can change once the Pod exists. Annotations that a user may edit decide nothing, but orderly.dev/cancel, which is there for that. What a
// Pod waits for is read from orderly.dev/resolved-waits, which admission writes; a text that cannot be understood, or one that is gone, keeps gates
// closed.
//
// # Acting
//
// [Reconciler] carries out a [Decision] in at most three writes, in this order: one patch of pods/status with annotations, conditions and perhaps the phase;
// one patch of the Pod with the scheduling gate, the deadline and images; Events. Gate and condition travel together, so nobody sees the one without
// the other. The order matters where two writes belong together: that a Pod need not wait in the queue any more is written down before the
// scheduling gate goes, and so is not asked for again when the Pod runs. All patches carry only what changes, keep what others wrote, and are bound
// to the Pod's UID, so that none can touch a later Pod of the same name. A patch of the status that somebody refuses, be it a policy, is said in an Event and
// tried again, ever more rarely; it keeps no sidecar from being stopped and no Pod from being ended.
//
// Once a decision is carried out, the same question is answered with nothing but Events that have names by which they are said only once. So the loop
// can be killed at any moment and started again: it goes on from what the API server says. What it remembers of a Pod, since when something is in
// trouble and which swap a policy refused, costs time when it is lost and nothing else. It also remembers its last write until the cache has it,
// because a decision about the Pod as it was before would be made and written a second time; and for as long lets no other Pod of the same Job stop sidecars
// where that counts as a restart.
//
// # Cost
//
// Only managed Pods are cached, reduced to what is read here ([CacheOptions]), with everything that the Pods of one owner have in common once in memory;
// a test holds that a decision about the reduced Pod is the one about the whole. What Pods wait for is watched by package watch, and only for gates that
// are closed. Nothing is polled, and nothing waits on a rate limit: a Pod comes to the reconciler as soon as its status does, or what it waits for,
// because every millisecond here is one in which somebody stands still. A Pod whose gates were open when it was made is not written to before its steps
// have ended.
package sidecarstop
