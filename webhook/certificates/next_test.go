package certificates

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var start = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

const day = 24 * time.Hour

func makePolicy() Policy {
	return DefaultPolicy(ServiceNames("orderly-webhook", "orderly-system")...)
}

// mustNext gives the state that follows, and whether it differs.
func mustNext(t *testing.T, current State, now time.Time) (State, bool) {
	t.Helper()
	next, changed, err := Next(current, makePolicy(), now)
	require.NoError(t, err)
	require.NoError(t, covers(next.Authorities, next.Leaf, now), "the bundle must always cover the leaf")
	require.True(t, signs(next.AuthorityKey, next.Authorities[0]))
	require.True(t, signs(next.LeafKey, next.Leaf))
	return next, changed
}

func makeState(t *testing.T) State {
	t.Helper()
	state, changed := mustNext(t, State{}, start)
	require.True(t, changed)
	return state
}

func TestCertificatesOfANewInstallation(t *testing.T) {
	state := makeState(t)
	require.Len(t, state.Authorities, 1)
	require.Equal(t, start.Add(-time.Hour), state.Leaf.NotBefore)
	require.Equal(t, start.Add(7*day), state.Leaf.NotAfter)
	require.Equal(t, start.Add(365*day), state.Authorities[0].NotAfter)
	require.Equal(t, []string{"orderly-webhook", "orderly-webhook.orderly-system", "orderly-webhook.orderly-system.svc"},
		state.Leaf.DNSNames)
}

func TestWhatIsRenewedAndWhen(t *testing.T) {
	const renewLeaf, renewAuthority = 7 * day * 2 / 3, 365*day - 365*day/3
	for _, tc := range []struct {
		name         string
		change       func(*State)
		after        time.Duration
		newLeaf      bool
		newAuthority bool
		oldAuthority bool
	}{
		{name: "nothing at once"},
		{name: "nothing while more than a third of the leaf's life is left", after: renewLeaf - time.Second},
		{name: "the leaf when a third of its life is left", after: renewLeaf, newLeaf: true},
		{name: "the leaf when it has ended", after: 8 * day, newLeaf: true},
		{name: "the authority when a third of its life is left, and the leaf that ended long ago",
			after: renewAuthority, newAuthority: true, oldAuthority: true, newLeaf: true},
		{name: "everything when the authority has ended", after: 400 * day, newAuthority: true, newLeaf: true},
		{name: "nothing for a clock that is an hour behind", after: -time.Hour},
		{name: "the authority when its key is gone, the leaf stays",
			change: func(s *State) { s.AuthorityKey = nil }, newAuthority: true, oldAuthority: true},
		{name: "the leaf when the names differ",
			change: func(s *State) { s.Leaf.DNSNames = s.Leaf.DNSNames[:1] }, newLeaf: true},
		{name: "the leaf when its authority is not in the bundle",
			change: func(s *State) { s.Authorities, s.AuthorityKey = nil, nil }, newAuthority: true, newLeaf: true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			before := makeState(t)
			if tc.change != nil {
				tc.change(&before)
			}
			after, changed := mustNext(t, before, start.Add(tc.after))
			require.Equal(t, tc.newLeaf || tc.newAuthority, changed)
			require.Equal(t, tc.newLeaf, after.Leaf != before.Leaf, "leaf renewed")
			if tc.newAuthority {
				require.NotContains(t, before.Authorities, after.Authorities[0])
				require.Equal(t, start.Add(tc.after), born(after.Authorities[0]))
			}
			require.Equal(t, tc.oldAuthority, len(after.Authorities) == 2, "old authority kept")
		})
	}
}

// TestEveryLeafIsCoveredAllItsLife walks through the life of several authorities as a replica does that looks often.
func TestEveryLeafIsCoveredAllItsLife(t *testing.T) {
	policy := Policy{DNSNames: []string{"orderly-webhook"}, AuthorityLife: 60 * day, LeafLife: 7 * day}
	state, _, err := Next(State{}, policy, start)
	require.NoError(t, err)
	leafs := map[*x509.Certificate]bool{}
	authorities := map[*x509.Certificate]bool{}
	for now := start; now.Before(start.Add(150 * day)); now = now.Add(2 * time.Hour) {
		next, changed, err := Next(state, policy, now)
		require.NoError(t, err)
		require.False(t, next.Leaf != state.Leaf && next.Authorities[0] != state.Authorities[0],
			"%s: the leaf and its authority changed in one step: API servers cannot know the authority yet", now)
		require.False(t, changed && now.Before(policy.Due(state)), "%s: changed before it was due", now)
		state = next
		leafs[state.Leaf], authorities[state.Authorities[0]] = true, true
		for leaf := range leafs {
			if now.After(leaf.NotAfter) {
				delete(leafs, leaf)
				continue
			}
			require.NoError(t, covers(state.Authorities, leaf, now), "%s: a leaf that a replica may serve", now)
		}
		require.LessOrEqual(t, len(state.Authorities), 2)
	}
	require.Len(t, authorities, 4, "authorities in 150 days, each replaced after 40")
}

func TestADeletedSecretKeepsTheOldAuthorityForOneLifeOfALeaf(t *testing.T) {
	old := makeState(t)
	recovered := State{Authorities: recoverAuthorities(old.caBundle(), start)}
	state, _ := mustNext(t, recovered, start.Add(time.Minute))
	require.Len(t, state.Authorities, 2)
	require.NoError(t, covers(state.Authorities, old.Leaf, start.Add(time.Minute)))
	require.NotEqual(t, old.Leaf, state.Leaf)

	state, _ = mustNext(t, state, start.Add(time.Minute+7*day))
	require.Len(t, state.Authorities, 1)
}

func TestTheBundleStaysSmallWhateverHappens(t *testing.T) {
	state := makeState(t)
	for i := range 20 {
		state.AuthorityKey = nil
		state, _ = mustNext(t, state, start.Add(time.Duration(i)*time.Second))
	}
	require.LessOrEqual(t, len(state.Authorities), maxOldAuthorities+1)
}

func TestOnlyAuthoritiesOfOursAreRecovered(t *testing.T) {
	ours := makeState(t)
	foreign, _, err := sign(&x509.Certificate{
		Subject: pkix.Name{CommonName: "another"}, NotAfter: start.Add(day), BasicConstraintsValid: true, IsCA: true,
	}, nil, nil)
	require.NoError(t, err)
	for _, tc := range []struct {
		name   string
		bundle []byte
		now    time.Time
		want   int
	}{
		{"ours", ours.caBundle(), start, 1},
		{"another's", encodeCertificates(foreign), start, 0},
		{"ours, ended", ours.caBundle(), start.Add(400 * day), 0},
		{"nothing", nil, start, 0},
		{"not a certificate", []byte("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), start, 0},
		{"a leaf", encodeCertificates(ours.Leaf), start, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			require.Len(t, recoverAuthorities(tc.bundle, tc.now), tc.want)
		})
	}
}

func TestStateComesBackAsItWasWritten(t *testing.T) {
	want := makeState(t)
	data, err := want.encode()
	require.NoError(t, err)
	got, err := decode(data)
	require.NoError(t, err)
	require.Equal(t, want, got)
}

func TestADamagedSecretIsRefused(t *testing.T) {
	other, err := makeState(t).encode()
	require.NoError(t, err)
	for _, key := range []string{"tls.crt", "tls.key", "ca.crt", "ca.key"} {
		for _, tc := range []struct {
			name  string
			value []byte
		}{
			{"missing", nil},
			{"not PEM", []byte("x")},
			{"not DER", []byte("-----BEGIN X-----\nAAAA\n-----END X-----\n")},
			{"that of another installation", other[key]},
		} {
			t.Run(key+" "+tc.name, func(t *testing.T) {
				data, err := makeState(t).encode()
				require.NoError(t, err)
				data[key] = tc.value
				_, err = decode(data)
				require.Error(t, err)
			})
		}
	}
}
