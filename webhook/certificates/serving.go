package certificates

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// Serving holds the certificate that a replica serves. The zero value serves none. It is safe for concurrent use.
type Serving struct {
	mu          sync.RWMutex
	certificate *tls.Certificate
	trouble     error
}

// GetCertificate is for [tls.Config]. Without a certificate that the API server would trust, the handshake fails.
func (s *Serving) GetCertificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := s.usable(); err != nil {
		return nil, err
	}
	return s.certificate, nil
}

// Ready is a readiness check: nil when a certificate is served that the caBundle covers.
func (s *Serving) Ready(*http.Request) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.trouble != nil {
		return s.trouble
	}
	return s.usable()
}

func (s *Serving) usable() error {
	if s.certificate == nil {
		return errors.New("no certificate yet")
	}
	if end := s.certificate.Leaf.NotAfter; !time.Now().Before(end) {
		return fmt.Errorf("the certificate ended at %s", end.Format(time.RFC3339))
	}
	return nil
}

// serve replaces the certificate and ends any trouble. New connections get it at once.
func (s *Serving) serve(state State) {
	certificate := &tls.Certificate{
		Certificate: [][]byte{state.Leaf.Raw},
		PrivateKey:  state.LeafKey,
		Leaf:        state.Leaf,
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.certificate, s.trouble = certificate, nil
}

// unready says why the certificate being served is not, or not known to be, covered by the caBundle. It is served on,
// for want of a better one.
func (s *Serving) unready(trouble error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.trouble = trouble
}

// leaf is the certificate being served, nil where there is none.
func (s *Serving) leaf() *x509.Certificate {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.certificate == nil {
		return nil
	}
	return s.certificate.Leaf
}
