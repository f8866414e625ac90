// Package gitclone tests the cloner as a Pod runs it, from servers that no one here wrote: the program of the image, with the image's git and
// ssh, in a container of package test/gitclone/container; Apache, sshd and git's daemon of package test/gitserver.
//
// The heart is a matrix of what may come together: who may read the repository, how git talks to the server, what its certificate is worth,
// which credentials there are, and what is asked for. Each case says exactly what comes out of it: the commit, what HEAD is, the
// exit code, and when it fails all that the user gets to read. During each clone with credentials the table of processes is read
// over and over, and afterwards whatever is left is searched for them.
package gitclone
