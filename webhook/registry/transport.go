package registry

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"syscall"
	"time"
)

// newTransport is the way to all registries: through the proxy that the environment names, with the system's authorities and the
// operator's, and within the bounds of this package.
func newTransport(authorities *x509.CertPool, plainHTTP []string) http.RoundTripper {
	base := &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{Timeout: Deadline, Control: refuseLinkLocal}).DialContext,
		TLSClientConfig:     &tls.Config{RootCAs: authorities, MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout: Deadline,
		ForceAttemptHTTP2:   true,
		MaxIdleConns:        100,
		MaxIdleConnsPerHost: 10,
		IdleConnTimeout:     time.Minute,
		// A registry is chosen by users, so its headers are bounded too.
		MaxResponseHeaderBytes: maxHeader,
	}
	return patient{guarded{next: bounded{base}, plainHTTP: plainHTTP}}
}

const (
	// maxAnswer bounds the body of each answer, in bytes. Manifests and configurations are JSON: one with the most layers there
	// can be, 127, and a long history has some 100 KiB.
	maxAnswer = 1 << 20
	// maxValues bounds the commas in the body of each answer, inside texts and out: a manifest with the most layers there can be has
	// less than 1,000. Two bytes of JSON can become 136 in memory, so a small answer could otherwise take more than the webhook has.
	maxValues = 1 << 14
	// maxHeader bounds the header of each answer, in bytes.
	maxHeader = 64 << 10
)

var errTooLarge = fmt.Errorf("its answer has more than %d bytes or %d values", maxAnswer, maxValues)

// bounded cuts answers that are too large, with an error.
type bounded struct{ next http.RoundTripper }

func (b bounded) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := b.next.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	response.Body = &boundedBody{ReadCloser: response.Body, bytes: maxAnswer, values: maxValues}
	return response, nil
}

type boundedBody struct {
	io.ReadCloser
	// bytes and values are what may still come.
	bytes, values int
}

func (b *boundedBody) Read(p []byte) (int, error) {
	if b.bytes < 0 || b.values < 0 {
		return 0, errTooLarge
	}
	n, err := b.ReadCloser.Read(p[:min(len(p), b.bytes+1)])
	b.bytes -= n
	b.values -= bytes.Count(p[:n], []byte(","))
	if b.bytes < 0 || b.values < 0 {
		return n, errTooLarge
	}
	return n, err
}

// refuseLinkLocal refuses connections to addresses at which no registry is, but the machine or its cloud may tell secrets to whoever
// asks. What a name leads to is known only here.
func refuseLinkLocal(_, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return err
	}
	if ip := to.Addr().Unmap(); ip.IsLinkLocalUnicast() || ip.IsUnspecified() || ip.IsMulticast() {
		return fmt.Errorf("no registry can be at %s", ip)
	}
	return nil
}

var errPlainHTTP = errors.New("plain http is not allowed, because the webhook's operator has not listed it (--registry-plain-http)")

// guarded refuses to send anything without TLS but to those registries that the operator listed: not for an address that looks
// local, not to a server of tokens, and not because a redirect says so.
type guarded struct {
	next      http.RoundTripper
	plainHTTP []string
}

func (g guarded) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.URL.Scheme != "https" && !slices.Contains(g.plainHTTP, request.URL.Host) {
		return nil, errPlainHTTP
	}
	return g.next.RoundTrip(request)
}
