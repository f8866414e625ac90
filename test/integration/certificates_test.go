package integration

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

func TestADeletedSecretIsMadeAnewAndNoRequestFails(t *testing.T) {
	creating := keepCreating(t, 4)
	before := mustGetSecret(t)
	require.NoError(t, admin.Delete(t.Context(), before))
	eventually(t, "a certificate of a new authority is served", func() error {
		secret := &corev1.Secret{}
		if err := admin.Get(t.Context(), inSystem(secretName), secret); err != nil {
			return err
		}
		if bytes.Equal(before.Data["ca.key"], secret.Data["ca.key"]) {
			return errNotYet
		}
		return requireServes(t.Context(), theWebhook.port, secret)
	})
	creating.requireNoFailure(t)
	require.True(t, theWebhook.ready(t.Context()))
}

func TestAnOverwrittenCABundleIsRepaired(t *testing.T) {
	for _, tc := range []struct {
		name   string
		bundle []byte
	}{
		{"removed, as a configuration without one is applied", nil},
		{"replaced by another authority's", apiServerCA()},
	} {
		t.Run(tc.name, func(t *testing.T) {
			config := mustGetConfiguration(t)
			want := config.Webhooks[0].ClientConfig.CABundle
			changed := config.DeepCopy()
			changed.Labels["theirs"] = "stays"
			for i := range changed.Webhooks {
				changed.Webhooks[i].ClientConfig.CABundle = tc.bundle
			}
			require.NoError(t, admin.Update(t.Context(), changed))
			eventually(t, "the bundle is right again", func() error {
				for _, w := range mustGetConfiguration(t).Webhooks {
					if !bytes.Equal(want, w.ClientConfig.CABundle) {
						return fmt.Errorf("webhook %s has the caBundle %q", w.Name, w.ClientConfig.CABundle)
					}
				}
				return nil
			})
			got := mustGetConfiguration(t)
			changed.Webhooks = config.Webhooks
			require.Equal(t, changed.Labels, got.Labels)
			require.Equal(t, changed.Webhooks, got.Webhooks, "everything else is left alone")
			eventually(t, "Pods are rewritten", func() error {
				return admin.Create(t.Context(), makePod(makeNamespace(t, optedIn), withSteps()), client.DryRunAll)
			})
		})
	}
}

// apiServerCA is an authority that is none of ours.
func apiServerCA() []byte { return adminConfig.CAData }

func TestASecondReplicaServesTheSameCertificate(t *testing.T) {
	secret := mustGetSecret(t)
	second := mustStartReplica(t)
	require.NoError(t, requireServes(t.Context(), second.port, secret))
	require.Equal(t, secret.ResourceVersion, mustGetSecret(t).ResourceVersion, "the second replica has nothing to write")
}

func mustStartReplica(t *testing.T) *replica {
	t.Helper()
	r, err := startReplica()
	require.NoError(t, err)
	t.Cleanup(r.stop)
	require.NoError(t, r.waitReady(t.Context()))
	return r
}

func mustGetSecret(t *testing.T) *corev1.Secret {
	t.Helper()
	secret := &corev1.Secret{}
	require.NoError(t, admin.Get(t.Context(), inSystem(secretName), secret))
	return secret
}

func mustGetConfiguration(t *testing.T) *admissionregistrationv1.MutatingWebhookConfiguration {
	t.Helper()
	config := &admissionregistrationv1.MutatingWebhookConfiguration{}
	require.NoError(t, admin.Get(t.Context(), client.ObjectKey{Name: configuration}, config))
	return config
}

// requireServes returns nil when the server at that port of localhost has the Secret's leaf, for a client that trusts the
// Secret's authorities only.
func requireServes(ctx context.Context, port int, secret *corev1.Secret) error {
	leaf, err := servedLeaf(ctx, port, secret.Data["ca.crt"])
	if err != nil {
		return err
	}
	want, err := tls.X509KeyPair(secret.Data["tls.crt"], secret.Data["tls.key"])
	if err != nil {
		return err
	}
	if !leaf.Equal(want.Leaf) {
		return fmt.Errorf("serves the certificate %v, not the Secret's %v", leaf.SerialNumber, want.Leaf.SerialNumber)
	}
	return nil
}

// servedLeaf gives the certificate of a server, after the handshake that an API server with this bundle would do.
func servedLeaf(ctx context.Context, port int, bundle []byte) (*x509.Certificate, error) {
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(bundle)
	dialer := &tls.Dialer{Config: &tls.Config{RootCAs: roots, ServerName: "orderly-webhook." + systemSpace + ".svc"}}
	connection, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort("localhost", strconv.Itoa(port)))
	if err != nil {
		return nil, err
	}
	defer closeAll(connection)
	state := connection.(*tls.Conn).ConnectionState()
	if state.Version < tls.VersionTLS13 {
		return nil, fmt.Errorf("TLS version %x", state.Version)
	}
	return state.PeerCertificates[0], nil
}
