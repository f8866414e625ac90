package registry

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"time"
)

// newTransport is the way to all registries: through the proxy that the environment names, with the system's authorities and the
// operator's, and within the bounds of this package.
func newTransport(authorities *x509.CertPool, plainHTTP []string) http.RoundTripper {
	base := &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{Timeout: Deadline}).DialContext,
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
	maxAnswer = 2 << 20
	// maxHeader bounds the header of each answer, in bytes.
	maxHeader = 64 << 10
)

var errTooLarge = fmt.Errorf("its answer has more than %d bytes", maxAnswer)

// bounded cuts answers that are too large, with an error.
type bounded struct{ next http.RoundTripper }

func (b bounded) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := b.next.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	response.Body = &boundedBody{ReadCloser: response.Body, left: maxAnswer}
	return response, nil
}

type boundedBody struct {
	io.ReadCloser
	left int
}

func (b *boundedBody) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, errTooLarge
	}
	n, err := b.ReadCloser.Read(p[:min(len(p), b.left+1)])
	b.left -= n
	if b.left < 0 {
		return n, errTooLarge
	}
	return n, err
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
