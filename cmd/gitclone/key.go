package main

import (
	"bytes"
	"encoding/pem"
	"strings"

	"orderly.dev/mutate/contract/clone"
)

// readSSH reads what ssh needs: a private key, and the keys of the server.
func readSSH(secret map[string]string, r clone.Repository, hostKeys clone.HostKeys) (credentials, error) {
	lenient := hostKeys == clone.AcceptNewHostKeys
	if r.Secret == "" {
		if lenient {
			return credentials{}, nil
		}
		return credentials{}, refuseSecret("ssh needs a Secret with ssh-privatekey and known_hosts; name it by secret:")
	}
	key, hosts := secret[privateKeyKey], withUnixLines(secret[knownHostsKey])
	if strings.TrimSpace(key) == "" {
		return credentials{}, refuseSecret("Secret %q %s", r.Secret, missesKeys(secret, "ssh-privatekey and known_hosts"))
	}
	if strings.TrimSpace(hosts) == "" && !lenient {
		return credentials{}, refuseSecret("Secret %q holds no known_hosts, so nobody can tell the server from one that pretends to be it; "+
			"add what ssh-keyscan %s says, after you compared it with what the server's owner publishes, or set orderly.dev/ssh-host-keys: accept-new",
			r.Secret, scanned(r.URL))
	}
	key = withUnixLines(key)
	if problem := judgeKey(key); problem != "" {
		return credentials{}, refuseSecret("ssh-privatekey of Secret %q %s", r.Secret, problem)
	}
	return credentials{privateKey: key, knownHosts: hosts}, nil
}

// withUnixLines ends every line, the last one too, as ssh wants it: it refuses a key that an editor of Windows saved, or that lost its end
// when it was pasted into a form.
func withUnixLines(text string) string {
	text = strings.TrimSpace(strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n"))
	if text == "" {
		return ""
	}
	return text + "\n"
}

// judgeKey says what is wrong with a private key, as far as it can be seen without using it, and nothing when all looks well.
func judgeKey(key string) string {
	switch {
	case strings.HasPrefix(key, "PuTTY-User-Key-File"):
		return "is a key of PuTTY; write it in OpenSSH's format (puttygen KEY -O private-openssh)"
	case strings.HasPrefix(key, "ssh-"), strings.HasPrefix(key, "ecdsa-"), strings.HasPrefix(key, "sk-"):
		return "is a public key; the private one is needed"
	}
	block, _ := pem.Decode([]byte(key))
	switch {
	case block == nil || !strings.HasSuffix(block.Type, "PRIVATE KEY"):
		return "is no private key: it must begin with -----BEGIN and end with its END line"
	case isEncrypted(block):
		return "is protected by a passphrase, which nobody can type here; remove it (ssh-keygen -p) or use a key of its own for this"
	default:
		return ""
	}
}

// isEncrypted reports whether a passphrase is needed: by the name of a cipher in OpenSSH's format (PROTOCOL.key of OpenSSH), by a header
// (RFC 1421) or by its type (RFC 5958) in the others.
func isEncrypted(block *pem.Block) bool {
	if opened, found := bytes.CutPrefix(block.Bytes, []byte("openssh-key-v1\x00")); found {
		return !bytes.HasPrefix(opened, []byte("\x00\x00\x00\x04none"))
	}
	return strings.Contains(block.Headers["Proc-Type"], "ENCRYPTED") || block.Type == "ENCRYPTED PRIVATE KEY"
}
