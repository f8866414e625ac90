package e2e

import (
	"io"
	"net"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// relay passes on what Pods and a server of this machine say to each other, on a port of its own. After some bytes of the server it holds back
// the rest, so that a clone is half done for as long as a test needs.
type relay struct {
	server   string // host:port
	address  string // host:port
	holding  chan struct{}
	released chan struct{}
	release  func()

	mu    sync.Mutex
	hold  func()
	left  int
	conns []net.Conn
}

// startRelay starts one before a server, until the test ends. It holds back what comes after [halfDone].
func startRelay(t *testing.T, server string) *relay {
	t.Helper()
	listener, err := net.Listen("tcp", net.JoinHostPort(ownAddress(t).String(), "0"))
	require.NoError(t, err)
	r := &relay{server: server, address: listener.Addr().String(), holding: make(chan struct{}), released: make(chan struct{}), left: halfDone}
	r.hold = sync.OnceFunc(func() { close(r.holding) })
	r.release = sync.OnceFunc(func() { close(r.released) })
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return // closed, below
			}
			go r.serve(client)
		}
	}()
	t.Cleanup(func() {
		_ = listener.Close()
		r.release()
		r.mu.Lock()
		defer r.mu.Unlock()
		for _, c := range r.conns {
			_ = c.Close()
		}
	})
	return r
}

func (r *relay) serve(client net.Conn) {
	server, err := net.Dial("tcp", r.server)
	if err != nil {
		_ = client.Close()
		return
	}
	r.mu.Lock()
	r.conns = append(r.conns, client, server)
	r.mu.Unlock()
	go func() {
		_, _ = io.Copy(server, client) // the end of a connection is its own
		_ = server.Close()
	}()
	_, _ = io.Copy(held{client, r}, server)
	_ = client.Close()
}

// held is a client's side of a relay.
type held struct {
	net.Conn
	relay *relay
}

// Write passes bytes on as long as there are some left to pass, and waits for the release with the others.
func (h held) Write(data []byte) (int, error) {
	h.relay.mu.Lock()
	now := min(h.relay.left, len(data))
	h.relay.left -= now
	h.relay.mu.Unlock()
	passed, err := h.Conn.Write(data[:now])
	if err != nil || now == len(data) {
		return passed, err
	}
	h.relay.hold()
	<-h.relay.released
	rest, err := h.Conn.Write(data[now:])
	return passed + rest, err
}

// awaitHolding waits until the clone is half done.
func (r *relay) awaitHolding(t *testing.T) {
	t.Helper()
	waitFor(t, "a clone to be half done", func() (bool, string) {
		select {
		case <-r.holding:
			return true, ""
		default:
			r.mu.Lock()
			defer r.mu.Unlock()
			return false, "the server has still to say what is passed at once"
		}
	})
}
