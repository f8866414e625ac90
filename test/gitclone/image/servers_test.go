package image

import (
	"bufio"
	"encoding/binary"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// startTLS returns the address of a server that has nothing, and its certificate, which is signed by itself.
func startTLS(t *testing.T) (address string, certificate []byte) {
	t.Helper()
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // a client that does not trust it is expected
	server.StartTLS()
	t.Cleanup(server.Close)
	return server.Listener.Addr().String(), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
}

// startNameServer answers every question for an IPv4 address by 127.0.0.1, where the container's resolv.conf looks, and returns a function
// that tells which names were asked for. See RFC 1035, section 4.
func startNameServer(t *testing.T) func() []string {
	t.Helper()
	connection, err := net.ListenPacket("udp", "127.0.0.1:53")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, connection.Close()) })
	var lock sync.Mutex
	var names []string
	go func() {
		for packet := make([]byte, 512); ; {
			length, client, err := connection.ReadFrom(packet)
			if err != nil {
				return // closed
			}
			name, answer := answer(packet[:length])
			lock.Lock()
			names = append(names, name)
			lock.Unlock()
			_, _ = connection.WriteTo(answer, client) // who does not get it asks again
		}
	}()
	return func() []string {
		lock.Lock()
		defer lock.Unlock()
		return names
	}
}

func answer(question []byte) (string, []byte) {
	const header, ipv4 = 12, 1
	var labels []string
	at := header
	for length := int(question[at]); length > 0; length = int(question[at]) {
		labels = append(labels, string(question[at+1:at+1+length]))
		at += 1 + length
	}
	kind := binary.BigEndian.Uint16(question[at+1:])
	reply := append([]byte{}, question[:at+5]...) // the name, its kind and class; what options follow are not repeated
	copy(reply[2:header], []byte{0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0})
	if kind == ipv4 {
		reply[7] = 1
		reply = append(reply, 0xc0, header, 0, ipv4, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1)
	}
	return strings.Join(labels, "."), reply
}

// startNonsense returns the address of a server of git's own protocol (version 0) that begins well, and sends nonsense where files should come.
func startNonsense(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, listener.Close()) })
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return // closed
			}
			talkNonsense(connection)
		}
	}()
	return listener.Addr().String()
}

func talkNonsense(connection net.Conn) {
	defer func() { _ = connection.Close() }()
	commit := strings.Repeat("1", 40)
	_, _ = io.WriteString(connection, line(commit+" HEAD\x00side-band-64k\n")+line(commit+" refs/heads/main\n")+"0000")
	for lines := bufio.NewScanner(connection); lines.Scan(); { // what it wants ends with "done"
		if strings.HasSuffix(lines.Text(), "done") {
			_, _ = io.WriteString(connection, line("NAK\n")+"blah blah blah")
			return
		}
	}
}

// line writes one line as git sends it: its length in four hexadecimal digits first.
func line(text string) string { return fmt.Sprintf("%04x%s", len(text)+4, text) }
