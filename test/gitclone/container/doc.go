// Package container runs the cloner as the kubelet would run its init container, but without a cluster, so that a hundred clones take a
// minute: the files of the real image as a read-only root, the volumes that admission mounts in their places, a process table of
// its own in which the cloner is process 1, the user of the Pod, no capability and no way to get one.
//
// What is mounted must not be seen by the machine. A program that uses this package calls [Enter] first, which starts it again in a
// mount and a network namespace of its own. There, all of 127.0.0.0/8 is free and nothing else can be reached.
//
// It needs root and is for tests and benchmarks only.
package container
