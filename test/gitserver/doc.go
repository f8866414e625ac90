// Package gitserver starts git servers that no one here wrote, from Debian packages, for tests that clone from them: Apache with
// git-http-backend (smart http, https, and the dumb protocol of plain files), OpenSSH's sshd, and git's own daemon. All serve the same
// folder of bare repositories, a [Store].
//
// A [Web] is one host. It listens on several ports, which differ in the certificate they show ([Door]), and the first part of an address'
// path says which credentials it asks for ([Access]): open/app.git and basic/app.git are the same repository. Two of them are two hosts: the
// log of requests of the second proves what was not sent there.
//
// Nothing outside of the given folder is written, but for sshd's empty directory /run/sshd. A server that was started accepts connections,
// and Close ends its processes by their ids. They run as root where the caller does; Apache's workers then are www-data, so that the folder
// must be readable for everybody. Listening needs a free address only, so that servers can stand on any address of the machine.
//
// Debian packages: git, apache2-bin, openssh-server, openssh-client, and git-lfs for what wants it.
package gitserver
