// Package podview reads from a managed Pod what the companion loop decides by: what each container is, how it stands, why it ended, and which
// gates the Pod has.
//
// What a container is follows from the wrapper's flags in its command, or from the cloner's order, which nobody can change once the Pod exists, and never from
// annotations or labels, which anybody may write. So a Pod that only claims to be Orderly's has no steps, no sidecars and no gates here, and nothing
// is done to it, but that it is ended when somebody asks for that.
//
// The package is pure: a [View] is made of a Pod ([Of]) and is only read.
package podview
