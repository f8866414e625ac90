package certificates

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// Keys of the Secret's data, besides the ones that its type, kubernetes.io/tls, demands for the leaf.
const (
	authoritiesKey  = "ca.crt"
	authorityKeyKey = "ca.key"
)

const (
	pemCertificate = "CERTIFICATE"
	pemKey         = "PRIVATE KEY" // PKCS #8
)

// encode returns the data of the Secret.
func (s State) encode() (map[string][]byte, error) {
	authorityKey, err := encodeKey(s.AuthorityKey)
	if err != nil {
		return nil, fmt.Errorf("encoding the authority's key: %w", err)
	}
	leafKey, err := encodeKey(s.LeafKey)
	if err != nil {
		return nil, fmt.Errorf("encoding the certificate's key: %w", err)
	}
	return map[string][]byte{
		corev1.TLSCertKey:       encodeCertificates(s.Leaf),
		corev1.TLSPrivateKeyKey: leafKey,
		authoritiesKey:          s.caBundle(),
		authorityKeyKey:         authorityKey,
	}, nil
}

// caBundle is what the API server is to trust.
func (s State) caBundle() []byte { return encodeCertificates(s.Authorities...) }

// decode is the inverse of encode. Errors name the key of the Secret's data and never quote what it holds.
func decode(data map[string][]byte) (State, error) {
	authorities, err := decodeCertificates(data[authoritiesKey])
	if err != nil {
		return State{}, fmt.Errorf("%s: %w", authoritiesKey, err)
	}
	leafs, err := decodeCertificates(data[corev1.TLSCertKey])
	if err != nil {
		return State{}, fmt.Errorf("%s: %w", corev1.TLSCertKey, err)
	}
	authorityKey, err := decodeKey(data[authorityKeyKey], authorities[0])
	if err != nil {
		return State{}, fmt.Errorf("%s: %w", authorityKeyKey, err)
	}
	leafKey, err := decodeKey(data[corev1.TLSPrivateKeyKey], leafs[0])
	if err != nil {
		return State{}, fmt.Errorf("%s: %w", corev1.TLSPrivateKeyKey, err)
	}
	return State{Authorities: authorities, AuthorityKey: authorityKey, Leaf: leafs[0], LeafKey: leafKey}, nil
}

// recoverAuthorities returns the authorities of ours in a caBundle that are still valid, newest first. They are all that
// remains of a Secret that was deleted. What cannot be read is left out: it is about to be replaced.
func recoverAuthorities(caBundle []byte, now time.Time) []*x509.Certificate {
	authorities, err := decodeCertificates(caBundle)
	if err != nil {
		return nil
	}
	authorities = slices.DeleteFunc(authorities, func(c *x509.Certificate) bool {
		return c.Subject.CommonName != authorityName || !c.IsCA || !now.Before(c.NotAfter)
	})
	slices.SortStableFunc(authorities, func(a, b *x509.Certificate) int { return b.NotBefore.Compare(a.NotBefore) })
	return authorities
}

func encodeCertificates(certificates ...*x509.Certificate) []byte {
	var b bytes.Buffer
	for _, c := range certificates {
		b.Write(pem.EncodeToMemory(&pem.Block{Type: pemCertificate, Bytes: c.Raw}))
	}
	return b.Bytes()
}

// decodeCertificates returns at least one certificate, or an error.
func decodeCertificates(text []byte) ([]*x509.Certificate, error) {
	var certificates []*x509.Certificate
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, err
		}
		certificates = append(certificates, certificate)
	}
	if len(certificates) == 0 {
		return nil, errors.New("no certificate in PEM format")
	}
	return certificates, nil
}

func encodeKey(key *ecdsa.PrivateKey) ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: pemKey, Bytes: der}), nil
}

// decodeKey returns the private key of the certificate.
func decodeKey(text []byte, certificate *x509.Certificate) (*ecdsa.PrivateKey, error) {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New("no private key in PEM format")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	key, isECDSA := parsed.(*ecdsa.PrivateKey)
	if !isECDSA || !signs(key, certificate) {
		return nil, errors.New("not the key of the certificate")
	}
	return key, nil
}
