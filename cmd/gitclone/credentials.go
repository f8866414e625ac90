package main

import (
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"strings"

	"orderly.dev/mutate/contract/clone"
)

// Keys of a Secret that are understood: those of kubernetes.io/basic-auth and kubernetes.io/ssh-auth, and ours.
const (
	usernameKey   = "username"
	passwordKey   = "password"
	privateKeyKey = "ssh-privatekey"
	knownHostsKey = "known_hosts"
	tokenKey      = "token"
	authorityKey  = "ca.crt"
)

// credentials is what a Secret gives for one repository, as far as it fits to how git talks to the server.
type credentials struct {
	// username and password are asked for by the server; none where token is set.
	username, password string
	// header is the value of the header Authorization, sent without being asked for.
	header string
	// privateKey and knownHosts are files for ssh.
	privateKey, knownHosts string
	// authorities are certificates, PEM, that are trusted for this repository beside the public ones.
	authorities string
}

// readCredentials reads what lies in a Secret, by its keys and not by its type, which is not seen in a mounted one. A Secret that holds nothing
// that fits is an error, which names keys and never values.
func readCredentials(secret map[string]string, r clone.Repository, hostKeys clone.HostKeys) (credentials, error) {
	switch r.URL.Scheme {
	case clone.SSH:
		return readSSH(secret, r, hostKeys)
	case clone.HTTPS, clone.HTTP:
		return readHTTP(secret, r)
	default:
		if r.Secret != "" {
			return credentials{}, refuseSecret("Secret %q is of no use: git:// knows no credentials; write https or ssh, or remove secret", r.Secret)
		}
		return credentials{}, nil
	}
}

func readHTTP(secret map[string]string, r clone.Repository) (credentials, error) {
	if r.Secret == "" {
		return credentials{}, nil
	}
	c := credentials{username: oneLine(secret[usernameKey]), password: oneLine(secret[passwordKey])}
	token, authority := oneLine(secret[tokenKey]), secret[authorityKey]
	hint := ""
	switch {
	case token != "" && c.password != "":
		hint = "holds both token and password: which one is to be sent? Remove the other"
	case c.username != "" && c.password == "" && token == "":
		hint = "holds a username but no password" // a token's username is passed over: many keep one there for other tools
	case c.password != "" && c.username == "":
		hint = "holds a password but no username; what needs no username belongs under the key token"
	case token == "" && c.password == "" && authority == "":
		hint = missesKeys(secret, "username and password, token, or ca.crt")
	case strings.ContainsAny(token+c.username+c.password, "\n\r\x00"):
		hint = "has a line break inside a value, which cannot be sent to a server"
	}
	if hint != "" {
		return credentials{}, refuseSecret("Secret %q %s", r.Secret, hint)
	}
	if token != "" {
		c = credentials{header: authorization(token)}
	}
	if authority == "" {
		return c, nil
	}
	var err error
	if c.authorities, err = readAuthorities(authority); err != nil {
		return credentials{}, refuseSecret("Secret %q: %v", r.Secret, err)
	}
	return c, nil
}

// missesKeys tells what a Secret should hold and what it does.
func missesKeys(secret map[string]string, wanted string) string {
	keys := slices.Sorted(maps.Keys(secret))
	switch {
	case len(keys) == 0:
		return "is empty; it needs " + wanted
	case secret[privateKeyKey] != "":
		return "holds ssh-privatekey, which is for ssh; write the address as ssh://, or into the Secret " + wanted
	case secret[passwordKey] != "" || secret[tokenKey] != "":
		return "holds " + strings.Join(keys, ", ") + ", which is for https; write the address as https://, or into the Secret " + wanted
	default:
		return "holds " + strings.Join(keys, ", ") + ", but not " + wanted
	}
}

// oneLine removes the line break that an editor or echo(1) put behind a value.
func oneLine(value string) string {
	return strings.TrimSuffix(strings.TrimSuffix(value, "\n"), "\r")
}

// authorization is the value of the header: as it is when it begins with a scheme (RFC 9110), else a bearer (RFC 6750), which has no space.
func authorization(token string) string {
	if scheme, value, found := strings.Cut(token, " "); found && scheme != "" && strings.TrimSpace(value) != "" {
		return token
	}
	return "Bearer " + strings.TrimSpace(token)
}

// secrets are the values that nobody may see, in every form in which they could turn up.
func (c credentials) secrets() []string {
	var all []string
	add := func(value string) {
		all = append(all, value, percentEncode(value), base64.StdEncoding.EncodeToString([]byte(value)))
	}
	if c.password != "" {
		add(c.password)
		add(fmt.Sprintf("%s:%s", c.username, c.password))
	}
	if c.header != "" {
		_, token, _ := strings.Cut(c.header, " ")
		add(c.header)
		add(token)
		if pair, err := base64.StdEncoding.DecodeString(token); err == nil {
			_, password, _ := strings.Cut(string(pair), ":")
			add(password)
		}
	}
	for line := range strings.Lines(c.privateKey) {
		if line = strings.TrimSpace(line); !strings.HasPrefix(line, "-----") {
			all = append(all, line)
		}
	}
	return all
}

// percentEncode writes everything but letters, digits and -._~ as percent signs and digits (RFC 3986), as git credential-store reads it.
func percentEncode(value string) string {
	var b strings.Builder
	for _, c := range []byte(value) {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}
