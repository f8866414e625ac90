package integration

import (
	"context"
	"io"
	"net"
	"slices"
	"strconv"
	"sync"
	"time"
)

// balancer is what a Service with kube-proxy is to API servers: each new connection goes to the next replica that is ready.
type balancer struct {
	listener net.Listener
	mu       sync.Mutex
	replicas []*replica
	next     int
}

func startBalancer(ctx context.Context) (*balancer, error) {
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		return nil, err
	}
	b := &balancer{listener: listener}
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go b.lead(ctx, connection)
		}
	}()
	return b, nil
}

func (b *balancer) port() int { return b.listener.Addr().(*net.TCPAddr).Port }

func (b *balancer) add(r *replica) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.replicas = append(b.replicas, r)
}

func (b *balancer) remove(r *replica) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.replicas = slices.DeleteFunc(b.replicas, func(other *replica) bool { return other == r })
}

// pick gives the next replica that is ready, nil where there is none.
func (b *balancer) pick(ctx context.Context) *replica {
	b.mu.Lock()
	defer b.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	for range b.replicas {
		b.next = (b.next + 1) % len(b.replicas)
		if r := b.replicas[b.next]; r.ready(ctx) {
			return r
		}
	}
	return nil
}

func (b *balancer) lead(ctx context.Context, client net.Conn) {
	defer closeAll(client)
	r := b.pick(ctx)
	if r == nil {
		return
	}
	server, err := net.Dial("tcp", net.JoinHostPort("localhost", strconv.Itoa(r.port)))
	if err != nil {
		return
	}
	defer closeAll(server)
	var both sync.WaitGroup
	for _, way := range [][2]net.Conn{{client, server}, {server, client}} {
		both.Go(func() {
			// Whichever side ends first ends both; the other copy then fails, as it should.
			_, _ = io.Copy(way[0], way[1])
			closeAll(way[0], way[1])
		})
	}
	both.Wait()
}

// closeAll closes what has been used up: how that goes does not matter any more.
func closeAll(used ...io.Closer) {
	for _, c := range used {
		_ = c.Close()
	}
}
