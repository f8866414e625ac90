package node

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"orderly.dev/test/cluster/pki"
)

func TestPodsCanRunWhenTheNodeIsReadyAndHasNoTaints(t *testing.T) {
	for _, tc := range []struct {
		name    string
		answer  string
		problem string
	}{
		{"ready", `{"status":{"conditions":[{"type":"DiskPressure","status":"False"},{"type":"Ready","status":"True"}]}}`, ""},
		{"not ready", `{"status":{"conditions":[{"type":"Ready","status":"False","message":"no network"}]}}`, "no network"},
		{"just made", `{}`, "no condition Ready"},
		{"ready but tainted", `{"spec":{"taints":[{"key":"not-ready"}]},"status":{"conditions":[{"type":"Ready","status":"True"}]}}`, "taint not-ready"},
		{"no answer", ``, "404"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			client := makeClient(t, "orderly-admin", func(w http.ResponseWriter, r *http.Request) {
				if tc.answer == "" || r.URL.Path != "/api/v1/nodes/"+Name {
					http.NotFound(w, r)
					return
				}
				_, _ = w.Write([]byte(tc.answer))
			})
			err := client.nodeReady(t.Context())
			if tc.problem == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, tc.problem)
			}
		})
	}
}

func TestTheKubeconfigProvesWhoOneIs(t *testing.T) {
	client := makeClient(t, "someone", func(_ http.ResponseWriter, r *http.Request) {
		if got := r.TLS.PeerCertificates[0].Subject.CommonName; got != "someone" {
			t.Errorf("want someone, got %s", got)
		}
	})
	require.NoError(t, client.get(t.Context(), "/readyz", nil))
}

func TestAKubeconfigOfSomethingElseIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kubeconfig")
	_, err := newClient(path)
	require.ErrorContains(t, err, path)
	require.NoError(t, writeJSON(path, map[string]string{"kind": "Config"}))
	_, err = newClient(path)
	require.ErrorContains(t, err, "not a kubeconfig of this program")
}

// makeClient gives a client with a kubeconfig of ours, connected to a server with certificates of ours.
func makeClient(t *testing.T, user string, handler http.HandlerFunc) client {
	t.Helper()
	authority, err := pki.NewAuthority("test")
	require.NoError(t, err)
	pair, err := authority.Issue(pki.Subject{Name: "server", Hosts: []string{"127.0.0.1"}})
	require.NoError(t, err)
	certificate, err := tls.X509KeyPair(pair.Cert, pair.Key)
	require.NoError(t, err)
	clients := x509.NewCertPool()
	clients.AppendCertsFromPEM(authority.Cert)
	server := httptest.NewUnstartedServer(handler)
	server.TLS = &tls.Config{
		Certificates: []tls.Certificate{certificate}, ClientCAs: clients, ClientAuth: tls.RequireAndVerifyClientCert, MinVersion: tls.VersionTLS12,
	}
	server.StartTLS()
	t.Cleanup(server.Close)

	me, err := authority.Issue(pki.Subject{Name: user})
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "kubeconfig")
	require.NoError(t, pki.WriteKubeconfig(path, server.URL, authority.Cert, me))
	client, err := newClient(path)
	require.NoError(t, err)
	return client
}
