// Package sidecarstop is the companion loop: it does for the Pods that Orderly rewrote what only an observer of the
// cluster can do.
//
// Inside a Pod the steps hand over to each other by files and need nobody. Two things they cannot see. Whether the
// sidecars are ready is known to the kubelet alone, which tells it to the API server; so the loop watches the Pods'
// status and, when every sidecar is ready, writes the annotation orderly.dev/ready, which the downward API turns into the
// file that the first steps wait for. And a sidecar that was added after admission and could not be wrapped does not
// know when the steps have ended, so the Pod of a Job would run for ever; for such a sidecar the loop swaps the image,
// which is the only field of a running container that the API lets change, to one whose program ends at once with 0.
//
// Deciding and acting are apart. [Decide] is a pure function of a Pod, and its test is a table. [Reconciler] carries out
// what it says: at most one patch each of the Pod's status (READY) and of the Pod (images), both idempotent, both
// bound to the Pod's UID, so that neither can touch a later Pod of the same name. Nothing is remembered between
// two calls: a loop that is killed and started again goes on from what the API server says.
//
// Only managed Pods are cached, reduced to the fields that are read here ([CacheOptions]). Nothing waits on a rate limit:
// a Pod comes to the reconciler as soon as its status does, because every millisecond here is one in which the
// first step stands still.
package sidecarstop
