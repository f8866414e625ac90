// Package host knows the Linux machine under the node: its processes, cgroups, mounts, network, capabilities and packages.
//
// A program that ends processes and unmounts folders as root must never be wrong about whose they are. Everything here that
// destroys therefore works on an identity, not on a name or a number alone: a process is its id, its start time and the boot it
// belongs to; a mount is ours when it lies below a folder of ours; a cgroup when it lies below the one we made; a process
// without a pid file when it carries the Mark in the environment it was started with.
//
// Parsing is kept apart from reading, so that the texts of other machines (cgroup v1 and v2, odd mount points) can be tested
// on any machine.
package host
