package main

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// bundlePath is the one file in the folder that Debian's curl (the GnuTLS one, with which git is linked) reads whole, and it is
// where programs made by Go look, git-lfs for instance.
const bundlePath = "etc/ssl/certs/ca-certificates.crt"

const authoritiesDir = "usr/share/ca-certificates/mozilla/"

// fewAuthorities is less than any release of the list ever had; fewer mean that it was misread.
const fewAuthorities = 100

// bundle joins the public certificate authorities into one file, as update-ca-certificates does on an installed system.
func bundle(t tree) (tree, error) {
	var joined bytes.Buffer
	count, owner := 0, ""
	for _, name := range slices.Sorted(maps.Keys(t)) {
		if !strings.HasPrefix(name, authoritiesDir) || !strings.HasSuffix(name, ".crt") {
			continue
		}
		block, rest := pem.Decode(t[name].content)
		if block == nil || len(bytes.TrimSpace(rest)) > 0 {
			return nil, fmt.Errorf("/%s is not one certificate", name)
		}
		if _, err := x509.ParseCertificate(block.Bytes); err != nil {
			return nil, fmt.Errorf("reading /%s: %w", name, err)
		}
		if err := pem.Encode(&joined, &pem.Block{Type: block.Type, Bytes: block.Bytes}); err != nil {
			return nil, err
		}
		count, owner = count+1, t[name].owner
	}
	if count < fewAuthorities {
		return nil, fmt.Errorf("found %d certificate authorities below /%s: want %d or more", count, authoritiesDir, fewAuthorities)
	}
	return tree{bundlePath: {mode: 0o644, content: joined.Bytes(), owner: owner}}, nil
}
