package main

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// nameServer is a name server on the loopback. It remembers the names that it was asked for.
type nameServer struct {
	connection net.PacketConn
	// answer returns the datagrams for one question.
	answer func(query []byte) [][]byte
	mutex  sync.Mutex
	asked  []string
}

// startNameServer gives a server and a resolver that asks it, and that knows the given files.
func startNameServer(t *testing.T, hosts, config string, answer func(query []byte) [][]byte) (*nameServer, resolver) {
	t.Helper()
	connection, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	s := &nameServer{connection: connection, answer: answer}
	t.Cleanup(func() { _ = connection.Close() })
	go s.serve()
	directory := t.TempDir()
	r := resolver{hosts: filepath.Join(directory, "hosts"), config: filepath.Join(directory, "resolv.conf")}
	require.NoError(t, os.WriteFile(r.hosts, []byte(hosts), 0o600))
	require.NoError(t, os.WriteFile(r.config, []byte(config), 0o600))
	address, ok := connection.LocalAddr().(*net.UDPAddr)
	require.True(t, ok)
	r.port = address.AddrPort().Port()
	return s, r
}

func (s *nameServer) serve() {
	query := make([]byte, maxDatagram)
	for {
		n, from, err := s.connection.ReadFrom(query)
		if err != nil {
			return
		}
		s.mutex.Lock()
		s.asked = append(s.asked, nameIn(query[:n]))
		s.mutex.Unlock()
		for _, datagram := range s.answer(append([]byte{}, query[:n]...)) {
			_, _ = s.connection.WriteTo(datagram, from)
		}
	}
}

func (s *nameServer) names() []string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return append([]string{}, s.asked...)
}

// nameIn is the name in a query, with its kind.
func nameIn(query []byte) string {
	var labels []string
	rest := query[headerLength:]
	for rest[0] != 0 {
		labels = append(labels, string(rest[1:1+rest[0]]))
		rest = rest[1+rest[0]:]
	}
	kind := map[byte]string{byte(kindA): "A ", byte(kindAAAA): "AAAA "}[rest[2]]
	return kind + strings.Join(labels, ".")
}

// reply answers a query with a code and records of a kind.
func reply(query []byte, code byte, kind uint16, records ...string) []byte {
	b := append([]byte{}, query...)
	b[2] |= isAnswer
	b[3] = code
	b[7] = byte(len(records))
	for _, data := range records {
		b = append(b, 0xc0, headerLength, 0, byte(kind), 0, classInternet, 0, 0, 0, 60, 0, byte(len(data)))
		b = append(b, data...)
	}
	return b
}

const kindCNAME = 5

// knows answers for one name: an alias, and the address 10.0.0.1.
func knows(name string) func(query []byte) [][]byte {
	return func(query []byte) [][]byte {
		switch nameIn(query) {
		case "A " + name:
			alias := reply(query, 0, kindCNAME, "\x05other\x00")
			alias[7] = 2
			return [][]byte{append(alias, reply(query, 0, kindA, "\x0a\x00\x00\x01")[len(query):]...)}
		case "AAAA " + name:
			return [][]byte{reply(query, 0, kindAAAA)}
		}
		return [][]byte{reply(query, codeNoSuchName, kindA)}
	}
}

func TestNameIsLookedUpInTheDomainsOfTheSearchList(t *testing.T) {
	s, r := startNameServer(t, "", "nameserver 127.0.0.1\nsearch shop.svc.cluster.local svc.cluster.local\noptions ndots:5\n", knows("db.svc.cluster.local"))
	got, err := r.lookUp("db")
	require.NoError(t, err)
	require.Equal(t, []ip{"\x0a\x00\x00\x01"}, got)
	require.Equal(t, []string{"A db.shop.svc.cluster.local", "A db.svc.cluster.local", "AAAA db.svc.cluster.local"}, s.names())
}

func TestNameThatIsNowhereIsAnErrorAfterAllWereAsked(t *testing.T) {
	s, r := startNameServer(t, "", "nameserver 127.0.0.1\nsearch a. b\n", knows("db"))
	_, err := r.lookUp("absent.example")
	require.EqualError(t, err, "looking up absent.example: the name has no address")
	require.Equal(t, []string{"A absent.example", "A absent.example.a", "A absent.example.b"}, s.names())
	_, err = r.lookUp("bad..name")
	require.ErrorContains(t, err, "not a name that can be asked for")
}

func TestHostsFileGoesFirstAndAddressesNeedNoLookUp(t *testing.T) {
	s, r := startNameServer(t, "# c\n10.1.1.1\tDB.example db # x\n::2 db\nbad db\n", "nameserver 127.0.0.1\n", knows("db"))
	for host, want := range map[string]string{"db": "10.1.1.1 ::2", "db.EXAMPLE": "10.1.1.1", "10.9.9.9": "10.9.9.9", "::7": "::7"} {
		got, err := r.lookUp(host)
		require.NoError(t, err)
		var words []string
		for _, a := range got {
			words = append(words, a.String())
		}
		require.Equal(t, want, strings.Join(words, " "))
	}
	require.Empty(t, s.names())
}

func TestAnswersToOtherQuestionsArePassedOver(t *testing.T) {
	_, r := startNameServer(t, "", "nameserver 127.0.0.1\n", func(query []byte) [][]byte {
		if nameIn(query) != "A db.example" {
			return [][]byte{reply(query, 0, kindAAAA)}
		}
		late, other := reply(query, 0, kindA, "\x06\x06\x06\x06"), reply(query, 0, kindA, "\x07\x07\x07\x07")
		late[0]++
		other[headerLength+1] = 'x'
		return [][]byte{nil, {1}, late, other, query, reply(query, 0, kindA, "\x0a\x00\x00\x01")}
	})
	got, err := r.lookUp("db.example")
	require.NoError(t, err)
	require.Equal(t, []ip{"\x0a\x00\x00\x01"}, got)
}

func TestServerThatFailsIsNamed(t *testing.T) {
	s, r := startNameServer(t, "", "nameserver 127.0.0.1\noptions attempts:2\n", func(query []byte) [][]byte {
		return [][]byte{reply(query, 2, kindA)}
	})
	_, err := r.lookUp("db.example")
	require.EqualError(t, err, "looking up db.example: name server 127.0.0.1: it answers with error 2")
	require.Len(t, s.names(), 2)
}

func TestServerThatIsSilentIsLeftAfterItsTime(t *testing.T) {
	_, r := startNameServer(t, "", "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n", func([]byte) [][]byte { return nil })
	began := time.Now()
	_, err := r.lookUp("db.example")
	require.EqualError(t, err, "looking up db.example: name server 127.0.0.1: no answer within 1s")
	require.Less(t, time.Since(began), lookUpTime)
}

func TestResolverConfigIsReadWithinItsBounds(t *testing.T) {
	got := parseResolverConfig("nameserver 10.0.0.1\nnameserver bad\nnameserver ::1\nnameserver 10.0.0.3\nnameserver 10.0.0.4\n" +
		"search a b\nsearch c\td\noptions ndots:99 timeout:0 attempts:x rotate attempts:9\n; comment\n")
	require.Equal(t, resolverConfig{
		servers: []ip{parseIP("10.0.0.1"), parseIP("::1"), parseIP("10.0.0.3")}, search: []string{"c", "d"},
		ndots: maxDots, timeout: time.Second, attempts: maxAttempts,
	}, got)
	require.Equal(t, resolverConfig{servers: []ip{parseIP("127.0.0.1")}, ndots: 1, timeout: 3 * time.Second, attempts: 2}, parseResolverConfig(""))
}

func TestNameWithADotAtItsEndIsFull(t *testing.T) {
	conf := resolverConfig{search: []string{"a"}, ndots: 5}
	require.Equal(t, []string{"db.example"}, conf.candidates("db.example."))
}

func TestWhatCannotBeANameIsNotAskedFor(t *testing.T) {
	for _, name := range []string{"", ".", "a..b", strings.Repeat("a", 64), strings.Repeat("a.", 127)} {
		require.Nil(t, makeQuery(1, name, kindA), name)
	}
	require.NotNil(t, makeQuery(1, strings.Repeat("a", 63)+".b", kindA))
}

func FuzzAnswersOfNameServersAreReadWithinTheirBounds(f *testing.F) {
	query := makeQuery(7, "db.example", kindA)
	f.Add(reply(query, 0, kindA, "\x0a\x00\x00\x01"))
	f.Add(append(reply(query, 0, kindCNAME, "\x05other\x00"), 1, 2, 3))
	f.Fuzz(func(t *testing.T, answer []byte) {
		found, err := parseAnswer(answer, query)
		if err != nil {
			require.Empty(t, found)
		}
		require.LessOrEqual(t, len(found), maxAddresses)
		for _, a := range found {
			require.Len(t, a, ip4Length)
		}
		_ = parseResolverConfig(string(answer))
		_ = findHost(string(answer), "db")
	})
}
