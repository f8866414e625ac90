package registry

import (
	"context"
	"sync"
)

// slots are the places of questions that run: so many in all, and so many for each registry.
type slots struct {
	all           chan struct{}
	sizeOfOneHost int

	mutex sync.Mutex
	hosts map[string]*hostSlots
}

type hostSlots struct {
	taken chan struct{}
	// users are those that have a slot or wait for one.
	users int
}

func newSlots(size, sizeOfOneHost int) *slots {
	return &slots{all: make(chan struct{}, size), sizeOfOneHost: sizeOfOneHost, hosts: map[string]*hostSlots{}}
}

// enter waits for a slot, and says how to leave it; false where the context ends first.
func (s *slots) enter(ctx context.Context, host string) (leave func(), entered bool) {
	ofHost := s.join(host)
	select {
	case ofHost <- struct{}{}:
	case <-ctx.Done():
		s.part(host)
		return nil, false
	}
	leaveHost := func() {
		<-ofHost
		s.part(host)
	}
	select {
	case s.all <- struct{}{}:
	case <-ctx.Done():
		leaveHost()
		return nil, false
	}
	return func() {
		<-s.all
		leaveHost()
	}, true
}

// join gives the slots of a host, which are kept until all have parted.
func (s *slots) join(host string) chan struct{} {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.hosts[host] == nil {
		s.hosts[host] = &hostSlots{taken: make(chan struct{}, s.sizeOfOneHost)}
	}
	s.hosts[host].users++
	return s.hosts[host].taken
}

func (s *slots) part(host string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.hosts[host].users--
	if s.hosts[host].users == 0 {
		delete(s.hosts, host)
	}
}
