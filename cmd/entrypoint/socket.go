package main

import (
	"syscall"
	"time"
	"unsafe"
)

// Package net is larger than the wrapper may be. This is the little of it that is needed: a connected socket, over TCP or UDP, with a
// bound on everything that is done with it.

// openSocket connects to a port of an address. No call on the socket takes longer than limit; one that does is
// EAGAIN, or EINPROGRESS here.
func openSocket(kind int, to ip, port uint16, limit time.Duration) (fd int, err error) {
	family := syscall.AF_INET
	if len(to) == ip6Length {
		family = syscall.AF_INET6
	}
	fd, err = syscall.Socket(family, kind|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return -1, err
	}
	bound := syscall.NsecToTimeval(int64(limit))
	err = syscall.SetsockoptTimeval(fd, syscall.SOL_SOCKET, syscall.SO_SNDTIMEO, &bound)
	if err == nil {
		err = syscall.SetsockoptTimeval(fd, syscall.SOL_SOCKET, syscall.SO_RCVTIMEO, &bound)
	}
	if err == nil {
		err = connect(fd, socketAddress(family, to, port))
	}
	if err != nil {
		_ = syscall.Close(fd)
		return -1, err
	}
	return fd, nil
}

// The kernel's struct sockaddr_in6 and where its parts lie, in bytes; sockaddr_in is shorter.
const (
	socketAddressLength = 28
	at4, at6            = 4, 8
	length4             = 16
)

// socketAddress is an address as the kernel takes it: the family in this machine's order (see [number16]), the port in that of the
// network.
func socketAddress(family int, to ip, port uint16) []byte {
	b := make([]byte, socketAddressLength)
	b[0], b[2], b[3] = byte(family), byte(port>>8), byte(port)
	if family == syscall.AF_INET6 {
		copy(b[at6:], to)
		return b
	}
	copy(b[at4:], to)
	return b[:length4]
}

func connect(fd int, to []byte) error {
	_, _, errno := syscall.Syscall(syscall.SYS_CONNECT, uintptr(fd),
		uintptr(unsafe.Pointer(&to[0])), uintptr(len(to))) //nolint:gosec // the kernel reads that many bytes
	if errno != 0 {
		return errno
	}
	return nil
}
