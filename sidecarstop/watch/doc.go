// Package watch shows what Pods wait for.
//
// Package gate says what has to be seen to judge an entry of orderly.dev/wait-for: a list of gate.Interest. This package opens a watch for each
// interest when the first Pod has it, keeps what the watch shows, tells which Pods to look again when that changes, and closes the watch when no
// Pod has the interest any more. Nothing is polled. Ten thousand Pods that wait for one Service cost one watch, and one list of objects that all
// of them share.
//
// # Looking
//
// [Watches.Look] is asked whenever a Pod is judged, and answers at once with what is known: it never waits for the API server. An interest whose
// watch has not listed its objects yet is not in the answer, and the Pod is told to look again when it has ([Options.Notify]). What has to be seen
// may depend on what is seen: the Pods of a DaemonSet are found by its selector, and in another namespace nothing is looked at before it
// consents. So Look asks for the interests again until there are no more. Interests that a Pod no longer has are let go by the same call, which is
// also how a consent that was taken back closes the watches behind it.
//
// # Being told
//
// A Pod is told to look when something that it looks at has changed, and else never. What is kept of an object is only what package gate reads, so a
// change of anything else, a resync and a list that is read again are no changes. Pods that wait for something on their own node look at the
// Pods of that node alone, so that a DaemonSet that starts on five thousand nodes does not wake five thousand Pods five thousand times.
// The goroutine that receives a change only notes which watch it was; another one finds the Pods and tells them.
//
// # What stands in the way
//
// A right that is missing, a kind that does not exist yet and a server that refuses are told as the gate.Seen.Obstacle of the interest, with the
// way out where there is one, and tried again, at first after a second and then ever more seldom, up to half a minute. When it works the
// obstacle is gone and the Pods are told. What was seen before stays while the API server is merely away: a gate must not change its
// mind because of that. Secrets and ConfigMaps are never looked at, whatever the interest says. Nor are the kinds that the companion may
// read for its own purposes, when somebody asks for their fields and the operator did not list them.
//
// # Bounds
//
// Users decide what is watched, so there are bounds: [MaxWatches] altogether, [MaxPerNamespace] for the Pods of one namespace,
// [MaxBytes] of objects in one watch and [MaxTotalBytes] in all. What is over a bound is an obstacle that says so; Pods that meet one
// are told when there may be room, a bounded number at a time. A watch that nobody needs stays for [Linger], because the
// next Pod of the same Job will ask for the same; when there is no room, such a watch goes first.
//
// # Locks
//
// Watches.mu guards who looks at what; objects.mu what one watch shows; notices.mu what changed. They are taken in this order, and each is held
// for memory only. The goroutines of the watches never take the first, so no Pod that looks, however many there are, holds up a change.
package watch
