package gitserver

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"time"
)

// Authority is a private authority with an intermediate one, as companies have.
type Authority struct {
	// Root is its certificate, PEM. It is what a client must know: ca.crt.
	Root []byte
	// Intermediate is that of the intermediate one, PEM, for a client of a server that does not send it.
	Intermediate             []byte
	root, intermediate       *x509.Certificate
	rootKey, intermediateKey *ecdsa.PrivateKey
}

// NewAuthority makes one. All that it signs is valid for a day.
func NewAuthority(name string) (*Authority, error) {
	a := &Authority{}
	var err error
	template := authorityTemplate(name + " root")
	if a.root, a.rootKey, err = sign(template, template, nil); err != nil {
		return nil, err
	}
	if a.intermediate, a.intermediateKey, err = sign(authorityTemplate(name+" intermediate"), a.root, a.rootKey); err != nil {
		return nil, err
	}
	a.Root, a.Intermediate = encodeCertificates(a.root), encodeCertificates(a.intermediate)
	return a, nil
}

func authorityTemplate(name string) *x509.Certificate {
	return &x509.Certificate{
		Subject: pkix.Name{CommonName: name}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage:  x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
	}
}

// sign makes a key and a certificate of it. Without a parent's key it signs itself.
func sign(template, parent *x509.Certificate, parentKey *ecdsa.PrivateKey) (*x509.Certificate, *ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, fmt.Errorf("making a key: %w", err)
	}
	if parentKey == nil {
		parentKey = key
	}
	template.SerialNumber = big.NewInt(time.Now().UnixNano())
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, parentKey)
	if err != nil {
		return nil, nil, fmt.Errorf("signing the certificate of %s: %w", template.Subject.CommonName, err)
	}
	certificate, err := x509.ParseCertificate(der)
	return certificate, key, err
}

// leaf is one certificate of a server.
type leaf struct {
	names     []string // and addresses
	direct    bool     // signed by the root, without the intermediate
	bare      bool     // what signed it is not sent
	expiredAt time.Time
}

// issue returns the chain that a server sends, and its key, both PEM.
func (a *Authority) issue(l leaf) (chain, key []byte, err error) {
	template := &x509.Certificate{
		Subject: pkix.Name{CommonName: l.names[0]}, KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		NotBefore:   time.Now().Add(-36 * time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
	}
	if !l.expiredAt.IsZero() {
		template.NotAfter = l.expiredAt
	}
	for _, name := range l.names {
		if ip := net.ParseIP(name); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, name)
		}
	}
	parent, parentKey := a.intermediate, a.intermediateKey
	if l.direct {
		parent, parentKey = a.root, a.rootKey
	}
	certificate, private, err := sign(template, parent, parentKey)
	if err != nil {
		return nil, nil, err
	}
	der, err := x509.MarshalECPrivateKey(private)
	chain = encodeCertificates(certificate)
	if !l.bare && !l.direct {
		chain = encodeCertificates(certificate, a.intermediate)
	}
	return chain, pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}), err
}

func encodeCertificates(certificates ...*x509.Certificate) []byte {
	var encoded []byte
	for _, c := range certificates {
		encoded = append(encoded, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})...)
	}
	return encoded
}
