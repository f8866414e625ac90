package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheBundleHoldsEveryAuthorityOnceInTheOrderOfTheirNames(t *testing.T) {
	files := makeAuthorities(t, fewAuthorities)
	files[authoritiesDir+"README"] = file("not one of them")
	made, err := bundle(files)
	require.NoError(t, err)
	require.Len(t, made, 1)
	require.Equal(t, "ca-certificates", made[bundlePath].owner)
	rest := made[bundlePath].content
	for i := range fewAuthorities {
		var block *pem.Block
		block, rest = pem.Decode(rest)
		require.NotNil(t, block)
		certificate, err := x509.ParseCertificate(block.Bytes)
		require.NoError(t, err)
		require.Equal(t, int64(i+1), certificate.SerialNumber.Int64())
	}
	require.Empty(t, rest)
}

func TestAFolderThatIsNotAuthoritiesIsNoBundle(t *testing.T) {
	_, err := bundle(makeAuthorities(t, fewAuthorities-1))
	require.ErrorContains(t, err, "found 99 certificate authorities")

	for name, content := range map[string]string{
		"no text of a certificate": "hello",
		"no certificate in it":     "-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := bundle(tree{authoritiesDir + "bad.crt": file(content)})
			require.ErrorContains(t, err, "bad.crt")
		})
	}
	twice := makeAuthorities(t, 1)
	name := authoritiesDir + "000.crt"
	twice[name] = entry{content: bytes.Repeat(twice[name].content, 2)}
	_, err = bundle(twice)
	require.ErrorContains(t, err, "000.crt is not one certificate")
}

// makeAuthorities returns the files of so many authorities, numbered from 1 by their serial numbers.
func makeAuthorities(t *testing.T, count int) tree {
	t.Helper()
	files := tree{}
	_, key, err := ed25519.GenerateKey(nil)
	require.NoError(t, err)
	for i := range count {
		template := &x509.Certificate{SerialNumber: big.NewInt(int64(i + 1))}
		certificate, err := x509.CreateCertificate(nil, template, template, key.Public(), key)
		require.NoError(t, err)
		files[fmt.Sprintf("%s%03d.crt", authoritiesDir, i)] = entry{mode: 0o644, owner: "ca-certificates",
			content: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate})}
	}
	return files
}
