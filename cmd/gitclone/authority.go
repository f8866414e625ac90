package main

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
)

// readAuthorities returns the certificates of ca.crt, without whatever else stands there. Certificates of intermediate authorities may be
// among them: curl trusts each by itself.
func readAuthorities(text string) (string, error) {
	var kept strings.Builder
	for rest := []byte(text); ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		if strings.HasSuffix(block.Type, "PRIVATE KEY") {
			return "", errors.New("ca.crt holds a private key, which is not needed and should not be there")
		}
		if block.Type != "CERTIFICATE" {
			continue
		}
		if _, err := x509.ParseCertificate(block.Bytes); err != nil {
			return "", fmt.Errorf("a certificate in ca.crt cannot be read: %w", err)
		}
		kept.Write(pem.EncodeToMemory(&pem.Block{Type: block.Type, Bytes: block.Bytes}))
	}
	if kept.Len() == 0 {
		return "", errors.New("ca.crt holds no certificate (-----BEGIN CERTIFICATE-----)")
	}
	return kept.String(), nil
}
