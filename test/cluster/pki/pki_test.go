package pki

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestWhatTheAuthoritySignsIsTrustedForWhatItIsFor(t *testing.T) {
	authority := makeAuthority(t)
	roots := x509.NewCertPool()
	require.True(t, roots.AppendCertsFromPEM(authority.Cert))

	server, err := authority.Issue(Subject{Name: "server", Hosts: []string{"10.89.0.1", "kubernetes.default.svc"}})
	require.NoError(t, err)
	client, err := authority.Issue(Subject{Name: "me", Groups: []string{"system:masters"}})
	require.NoError(t, err)

	for _, host := range []string{"10.89.0.1", "kubernetes.default.svc"} {
		_, err = parse(t, server).Verify(x509.VerifyOptions{Roots: roots, DNSName: host})
		require.NoError(t, err, host)
	}
	_, err = parse(t, server).Verify(x509.VerifyOptions{Roots: roots, DNSName: "10.89.0.2"})
	require.Error(t, err, "an address that it was not made for")
	_, err = parse(t, client).Verify(x509.VerifyOptions{Roots: roots, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
	require.NoError(t, err)
	_, err = parse(t, client).Verify(x509.VerifyOptions{Roots: roots})
	require.Error(t, err, "a client is no server")
	require.Equal(t, []string{"system:masters"}, parse(t, client).Subject.Organization)

	strangers := x509.NewCertPool()
	require.True(t, strangers.AppendCertsFromPEM(makeAuthority(t).Cert))
	_, err = parse(t, server).Verify(x509.VerifyOptions{Roots: strangers})
	require.Error(t, err, "another authority of the same name")
}

func TestKeysBelongToTheirCertificatesAndLastAYear(t *testing.T) {
	pair, err := makeAuthority(t).Issue(Subject{Name: "x"})
	require.NoError(t, err)
	_, err = tls.X509KeyPair(pair.Cert, pair.Key)
	require.NoError(t, err)
	require.WithinDuration(t, time.Now().Add(Validity), parse(t, pair).NotAfter, time.Minute)
	require.True(t, parse(t, pair).NotBefore.Before(time.Now()))

	tokens, err := SigningKey()
	require.NoError(t, err)
	block, _ := pem.Decode(tokens.Cert)
	_, err = x509.ParsePKIXPublicKey(block.Bytes)
	require.NoError(t, err)
}

func TestOnlyTheOwnerReadsKeys(t *testing.T) {
	folder := t.TempDir()
	authority := makeAuthority(t)
	require.NoError(t, authority.Write(folder, "ca"))
	info, err := os.Stat(filepath.Join(folder, "ca.key"))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode())

	path := filepath.Join(folder, "kubeconfig")
	require.NoError(t, WriteKubeconfig(path, "https://10.89.1.1:6443", authority.Cert, authority.Pair))
	info, err = os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode())
}

func TestTheKubeconfigHoldsEverything(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kubeconfig")
	require.NoError(t, WriteKubeconfig(path, "https://10.89.1.1:6443", []byte("authority"), Pair{Cert: []byte("cert"), Key: []byte("key")}))
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	var got map[string]any
	require.NoError(t, json.Unmarshal(content, &got))
	encoded := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	require.Equal(t, map[string]any{
		"apiVersion":      "v1",
		"kind":            "Config",
		"current-context": "orderly-node",
		"clusters": []any{map[string]any{"name": "orderly-node", "cluster": map[string]any{
			"server": "https://10.89.1.1:6443", "certificate-authority-data": encoded("authority"),
		}}},
		"users": []any{map[string]any{"name": "orderly-node", "user": map[string]any{
			"client-certificate-data": encoded("cert"), "client-key-data": encoded("key"),
		}}},
		"contexts": []any{map[string]any{"name": "orderly-node", "context": map[string]any{
			"cluster": "orderly-node", "user": "orderly-node",
		}}},
	}, got)
}

func makeAuthority(t *testing.T) *Authority {
	t.Helper()
	authority, err := NewAuthority("test")
	require.NoError(t, err)
	return authority
}

func parse(t *testing.T, pair Pair) *x509.Certificate {
	t.Helper()
	block, _ := pem.Decode(pair.Cert)
	cert, err := x509.ParseCertificate(block.Bytes)
	require.NoError(t, err)
	return cert
}
