package certificates

import (
	"crypto/ecdsa"
	"crypto/x509"
	"fmt"
	"slices"
	"time"
)

// Lifetimes that suit production.
const (
	DefaultAuthorityLife = 365 * 24 * time.Hour
	DefaultLeafLife      = 7 * 24 * time.Hour
)

// backdate is how far in the past certificates begin to be valid, for clocks that are behind.
const backdate = time.Hour

// maxOldAuthorities bounds the bundle. More than one old authority comes only from deleting the Secret again and again
// within one lifetime of a leaf; then the oldest are dropped.
const maxOldAuthorities = 8

// Policy says what certificates are made and how long they live. A certificate is renewed when a third of its life is left.
type Policy struct {
	// DNSNames are the names under which the API server calls the webhook. At least one.
	DNSNames []string
	// AuthorityLife is how long an authority is valid from its making.
	AuthorityLife time.Duration
	// LeafLife is how long a leaf is valid from its making, and how long a replaced authority stays in the bundle.
	LeafLife time.Duration
}

// DefaultPolicy has the lifetimes for production.
func DefaultPolicy(dnsNames ...string) Policy {
	return Policy{DNSNames: dnsNames, AuthorityLife: DefaultAuthorityLife, LeafLife: DefaultLeafLife}
}

// ServiceNames are the names under which a Service is reached; the API server uses the last of them.
func ServiceNames(service, namespace string) []string {
	return []string{service, service + "." + namespace, service + "." + namespace + ".svc"}
}

// State is everything that the replicas share. The zero value is that of a new installation.
type State struct {
	// Authorities are the certificates that the API server is to trust, newest first. The first one signs.
	Authorities []*x509.Certificate
	// AuthorityKey is the private key of the first authority; there is none for the others.
	AuthorityKey *ecdsa.PrivateKey
	// Leaf is the certificate to serve.
	Leaf *x509.Certificate
	// LeafKey is the private key of the leaf.
	LeafKey *ecdsa.PrivateKey
}

// Next returns what the state should be now, and whether that differs from the current one. It is pure but for the random
// numbers in new keys. Errors come from making certificates only, so they are not expected.
func Next(current State, policy Policy, now time.Time) (next State, changed bool, err error) {
	next = current
	next.Authorities = policy.stillNeeded(current.Authorities, now)
	changed = len(next.Authorities) != len(current.Authorities)
	if policy.needsAuthority(next, now) {
		if err := next.renewAuthority(policy, now); err != nil {
			return State{}, false, fmt.Errorf("making an authority: %w", err)
		}
		changed = true
	}
	if policy.needsLeaf(next, now) {
		if err := next.renewLeaf(policy, now); err != nil {
			return State{}, false, fmt.Errorf("making a certificate for %q: %w", policy.DNSNames, err)
		}
		changed = true
	}
	return next, changed, nil
}

// Due is the first moment after which [Next] can have something to do for a state that it returned.
func (p Policy) Due(s State) time.Time {
	leaf := renewal(s.Leaf, p.LeafLife)
	if settled := p.settled(s.Authorities[0]); settled.After(leaf) {
		leaf = settled
	}
	due := earliest(leaf, renewal(s.Authorities[0], p.AuthorityLife))
	for i, old := range s.Authorities[1:] {
		due = earliest(due, p.leafsGone(s.Authorities[i]), old.NotAfter)
	}
	return due
}

func earliest(times ...time.Time) time.Time { return slices.MinFunc(times, time.Time.Compare) }

// stillNeeded drops authorities that have ended, or whose leafs have all ended.
func (p Policy) stillNeeded(authorities []*x509.Certificate, now time.Time) []*x509.Certificate {
	var needed []*x509.Certificate
	for i, authority := range authorities {
		replaced := i > 0 && !now.Before(p.leafsGone(authorities[i-1]))
		if now.Before(authority.NotAfter) && !replaced && len(needed) < maxOldAuthorities {
			needed = append(needed, authority)
		}
	}
	return needed
}

// leafsGone is when everything that was signed before the given authority was made has ended.
func (p Policy) leafsGone(newer *x509.Certificate) time.Time { return born(newer).Add(p.LeafLife) }

func (p Policy) needsAuthority(s State, now time.Time) bool {
	return len(s.Authorities) == 0 || !signs(s.AuthorityKey, s.Authorities[0]) ||
		!now.Before(renewal(s.Authorities[0], p.AuthorityLife))
}

func (p Policy) needsLeaf(s State, now time.Time) bool {
	if s.Leaf == nil || covers(s.Authorities, s.Leaf, now) != nil || !slices.Equal(s.Leaf.DNSNames, p.DNSNames) {
		return true
	}
	return !now.Before(renewal(s.Leaf, p.LeafLife)) && !now.Before(p.settled(s.Authorities[0]))
}

// settled is when a new authority may begin to sign: all API servers trust it by then. A twelfth of a leaf's life (14
// hours by default) is more than any of them needs, even where clocks differ by an hour, and less than the third that is left of the leaf.
func (p Policy) settled(authority *x509.Certificate) time.Time {
	return born(authority).Add(p.LeafLife / 12)
}

// renewal is when a third of a certificate's life is left.
func renewal(certificate *x509.Certificate, life time.Duration) time.Time {
	return certificate.NotAfter.Add(-life / 3)
}

// born is when the certificate was made.
func born(certificate *x509.Certificate) time.Time { return certificate.NotBefore.Add(backdate) }

// signs reports whether the key is that of the certificate.
func signs(key *ecdsa.PrivateKey, certificate *x509.Certificate) bool {
	return key != nil && key.PublicKey.Equal(certificate.PublicKey)
}

// covers returns nil where a server with this leaf is trusted, under each of its names, by a client with these authorities.
func covers(authorities []*x509.Certificate, leaf *x509.Certificate, now time.Time) error {
	roots := x509.NewCertPool()
	for _, authority := range authorities {
		roots.AddCert(authority)
	}
	for _, name := range leaf.DNSNames {
		if _, err := leaf.Verify(x509.VerifyOptions{Roots: roots, DNSName: name, CurrentTime: now}); err != nil {
			return err
		}
	}
	return nil
}
