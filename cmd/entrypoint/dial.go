package main

import (
	"errors"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	// dialPause is the time from one attempt to connect to the next.
	dialPause = time.Second
	// dialTime bounds an attempt, for each of the addresses that a name has.
	dialTime = 3 * time.Second
)

// dial tries to connect to one address until that works.
type dial struct {
	address  string
	resolver resolver

	mutex     sync.Mutex
	busy      bool
	connected bool
	began     time.Time
	problem   string
}

func newDial(address string, r resolver) *dial {
	return &dial{address: address, resolver: r, problem: "no answer yet"}
}

// look returns what the last attempt met, nothing if it was a connection, and begins another where it is time to.
func (d *dial) look(now time.Time) (problem string) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if d.connected {
		return ""
	}
	if !d.busy && now.Sub(d.began) >= dialPause {
		d.busy, d.began = true, now
		go d.attempt()
	}
	return d.problem
}

func (d *dial) attempt() {
	err := d.connect()
	d.mutex.Lock()
	defer d.mutex.Unlock()
	d.busy, d.connected = false, err == nil
	if err != nil {
		d.problem = err.Error()
	}
}

// connect opens a connection to the first of the addresses that takes one, and closes it.
func (d *dial) connect() error {
	at := strings.LastIndexByte(d.address, ':')
	port, err := strconv.ParseUint(d.address[at+1:], 10, 16)
	if err != nil {
		return err // the flag was checked
	}
	addresses, err := d.resolver.lookUp(strings.Trim(d.address[:at], "[]"))
	if err != nil {
		return err
	}
	for _, a := range addresses {
		var fd int
		fd, err = openSocket(syscall.SOCK_STREAM, a, uint16(port), dialTime)
		if err == nil {
			return syscall.Close(fd)
		}
		if errors.Is(err, syscall.EINPROGRESS) {
			err = syscall.ETIMEDOUT
		}
	}
	return err
}
