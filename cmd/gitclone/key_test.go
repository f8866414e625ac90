package main

import (
	"encoding/pem"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Keys as far as anything is seen of them here.
var (
	opensshKey   = makeKey("OPENSSH PRIVATE KEY", nil, "openssh-key-v1\x00\x00\x00\x00\x04none\x00\x00\x00\x04none")
	protectedKey = makeKey("OPENSSH PRIVATE KEY", nil, "openssh-key-v1\x00\x00\x00\x00\naes256-ctr\x00\x00\x00\x06bcrypt")
)

func makeKey(kind string, headers map[string]string, content string) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Headers: headers, Bytes: []byte(content)}))
}

func TestAKeyIsJudgedBeforeItIsUsed(t *testing.T) {
	for _, tc := range []struct{ name, key, want string }{
		{"OpenSSH's format", opensshKey, ""},
		{"OpenSSL's format", makeKey("RSA PRIVATE KEY", nil, "x"), ""},
		{"OpenSSH's format with a passphrase", protectedKey, "is protected by a passphrase"},
		{"OpenSSL's format with a passphrase", makeKey("RSA PRIVATE KEY", map[string]string{"Proc-Type": "4,ENCRYPTED", "DEK-Info": "AES-128-CBC,D9"}, "x"),
			"is protected by a passphrase"},
		{"PKCS 8 with a passphrase", makeKey("ENCRYPTED PRIVATE KEY", nil, "x"), "is protected by a passphrase"},
		{"PuTTY's format", "PuTTY-User-Key-File-3: ssh-ed25519\n", "is a key of PuTTY"},
		{"a public key", "ssh-ed25519 AAAAC3Nz me\n", "is a public key"},
		{"a certificate", makeKey("CERTIFICATE", nil, "x"), "is no private key"},
		{"half a key", opensshKey[:40], "is no private key"},
		{"something else", "hello", "is no private key"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := judgeKey(tc.key)
			if tc.want == "" {
				require.Empty(t, got)
			}
			require.Contains(t, got, tc.want)
		})
	}
}

func TestLinesBecomeThoseThatSSHReads(t *testing.T) {
	for _, text := range []string{
		opensshKey, strings.TrimSuffix(opensshKey, "\n"), strings.ReplaceAll(opensshKey, "\n", "\r\n"), "\n " + opensshKey + "\n\n",
		strings.ReplaceAll(opensshKey, "\n", "\r"),
	} {
		require.Equal(t, opensshKey, withUnixLines(text))
	}
	require.Empty(t, withUnixLines(" \r\n"))
}
