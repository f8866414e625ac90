package gitclone

import (
	"context"
	"errors"
	"io"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"orderly.dev/test/gitserver"
)

// faultKind is what is wrong with a network.
type faultKind int

const (
	refusal faultKind = iota // connections are closed at once
	silence                  // connections are taken, and nothing is said
	cut                      // the server's answer breaks off
	stall                    // the server's answer stops, and the connection stays
)

// fault is a network between the cloner and a real server in which something is wrong.
type fault struct {
	kind faultKind
	// times is for how many connections; 0 is for all.
	times int64
	// after is how many bytes of the server's answers a connection gets before it is cut or stalls.
	after int64
}

// faulty is a fault that listens.
type faulty struct {
	fault
	listener    net.Listener
	connections atomic.Int64
	asked       chan struct{}
}

// startFault puts a fault before the plain door of the git host.
func startFault(t *testing.T, f fault) *faulty {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	running := &faulty{fault: f, listener: listener, asked: make(chan struct{}, 100)}
	t.Cleanup(func() { require.NoError(t, listener.Close()) })
	go running.accept(context.WithoutCancel(t.Context()))
	return running
}

func (f *faulty) url(repository string) string {
	_, port, _ := net.SplitHostPort(f.listener.Addr().String()) // it is one
	return "http://" + net.JoinHostPort(gitHost, port) + "/" + string(gitserver.Open) + "/" + repository
}

// waitAsked waits until somebody has connected.
func (f *faulty) waitAsked() error {
	select {
	case <-f.asked:
		return nil
	case <-time.After(patience):
		return errors.New("nobody connected")
	}
}

func (f *faulty) accept(ctx context.Context) {
	for {
		client, err := f.listener.Accept()
		if err != nil {
			return // the test is over
		}
		n := f.connections.Add(1)
		f.asked <- struct{}{}
		go f.serve(ctx, client, f.times == 0 || n <= f.times)
	}
}

func (f *faulty) serve(ctx context.Context, client net.Conn, broken bool) {
	defer func() { _ = client.Close() }()
	if broken && f.kind == refusal {
		return
	}
	if broken && f.kind == silence {
		_, _ = io.Copy(io.Discard, client) // until the client has enough of it
		return
	}
	server, err := new(net.Dialer).DialContext(ctx, "tcp", servers.git.HostPort(gitserver.Plain))
	if err != nil {
		return
	}
	defer func() { _ = server.Close() }()
	go func() { _, _ = io.Copy(server, client) }()
	if !broken {
		_, _ = io.Copy(client, server)
		return
	}
	_, _ = io.CopyN(client, server, f.after)
	if f.kind == stall {
		_, _ = io.Copy(io.Discard, client)
	}
}
