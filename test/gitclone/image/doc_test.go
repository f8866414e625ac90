// Package image tests what the cloner's image is made of, as `make rootfs` stages it: that it holds what cloning needs and nothing
// that could do harm, and that its git and ssh work as any user on a read-only root, without anything of this machine.
//
// Programs run as the cloner does, in a container of package test/gitclone/container. What whole clones come to is tested there,
// from real servers; here are the parts that show only when something is missing from an image: a library that a program loads late,
// the way to a name server, the encodings of files.
package image
