package certificates

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"slices"
	"time"
)

// authorityName is the common name of every authority. It tells ours from others in a caBundle.
const authorityName = "orderly-webhook-ca"

// renewAuthority puts a new authority first. The key of the one before is gone with that.
func (s *State) renewAuthority(policy Policy, now time.Time) error {
	template := &x509.Certificate{
		Subject:               pkix.Name{CommonName: authorityName},
		NotBefore:             now.Add(-backdate),
		NotAfter:              now.Add(policy.AuthorityLife),
		KeyUsage:              x509.KeyUsageCertSign,
		BasicConstraintsValid: true,
		IsCA:                  true,
		MaxPathLenZero:        true,
	}
	authority, key, err := sign(template, nil, nil)
	if err != nil {
		return err
	}
	s.Authorities = slices.Insert(slices.Clone(s.Authorities), 0, authority)
	s.AuthorityKey = key
	return nil
}

// renewLeaf replaces the leaf by one of the first authority. A leaf never outlives its authority.
func (s *State) renewLeaf(policy Policy, now time.Time) error {
	end := now.Add(policy.LeafLife)
	if authority := s.Authorities[0]; authority.NotAfter.Before(end) {
		end = authority.NotAfter
	}
	template := &x509.Certificate{
		Subject:     pkix.Name{CommonName: policy.DNSNames[0]},
		DNSNames:    policy.DNSNames,
		NotBefore:   now.Add(-backdate),
		NotAfter:    end,
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	leaf, key, err := sign(template, s.Authorities[0], s.AuthorityKey)
	if err != nil {
		return err
	}
	s.Leaf, s.LeafKey = leaf, key
	return nil
}

// sign makes a key and a certificate for it, signed by the parent, or by itself without one. The serial number is
// left to x509, which draws one at random.
func sign(template, parent *x509.Certificate, parentKey *ecdsa.PrivateKey) (*x509.Certificate, *ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	if parent == nil {
		parent, parentKey = template, key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, parentKey)
	if err != nil {
		return nil, nil, err
	}
	certificate, err := x509.ParseCertificate(der)
	return certificate, key, err
}
