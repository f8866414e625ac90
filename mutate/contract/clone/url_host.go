package clone

import (
	"errors"
	"net/netip"
	"strconv"
	"strings"
)

// maxHost is the longest name that DNS can hold, as text.
const maxHost = 253

var errPort = errors.New("behind the host stands a colon, but no port from 1 to 65535; write https://git.example.com:8443/team/app.git")

// withAuthority reads what stands between the scheme and the path: [USER@]HOST[:PORT].
func (u URL) withAuthority(authority string) (URL, error) {
	host := authority
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		host = authority[at+1:]
		if err := u.checkUser(authority[:at]); err != nil {
			return URL{}, err
		}
		u.User = authority[:at]
	}
	name, rest, err := cutHost(host)
	if err != nil {
		return URL{}, err
	}
	u.Host = name
	if rest == "" {
		return u, nil
	}
	port, found := strings.CutPrefix(rest, ":")
	n, err := strconv.ParseUint(port, 10, 16)
	if !found || err != nil || n == 0 || strconv.FormatUint(n, 10) != port {
		return URL{}, errPort
	}
	u.Port = port
	return u, nil
}

// checkUser judges what stands before the at sign. Over ssh it is a name, and elsewhere nothing at all.
func (u URL) checkUser(user string) error {
	switch {
	case strings.ContainsAny(user, ":@"):
		return errors.New("the address has a password in it, which everybody could read who reads the Pod; put it into a Secret, and write secret: NAME")
	case u.Scheme == Git:
		return errors.New("the address has a user in it, but git:// knows none; remove it")
	case u.Scheme != SSH:
		return errors.New("the address has a user in it; put username and password, or a token, into a Secret, and write secret: NAME")
	case user == "":
		return errors.New("the user before the at sign is missing; write git@git.example.com:team/app.git")
	case user[0] == '-':
		return errors.New("the user begins with a dash, as an option does; " + urlHint)
	case !consistsOf(user, "-._+"):
		return errors.New("the user of the address has other characters than letters, digits, and any of - . _ +; " + urlHint)
	}
	return nil
}

// cutHost reads a name, an IPv4 address or an IPv6 address in brackets, and returns what stands behind it.
func cutHost(text string) (host, rest string, err error) {
	if inside, found := strings.CutPrefix(text, "["); found {
		address, rest, closed := strings.Cut(inside, "]")
		parsed, err := netip.ParseAddr(address)
		if !closed || err != nil || !parsed.Is6() || parsed.Zone() != "" {
			return "", "", errors.New("what stands in brackets is no IPv6 address; write https://[2001:db8::1]/team/app.git")
		}
		return strings.ToLower(address), rest, nil
	}
	host = text
	if colon := strings.IndexByte(text, ':'); colon >= 0 {
		host, rest = text[:colon], text[colon:]
	}
	return strings.ToLower(host), rest, checkHost(host)
}

func checkHost(host string) error {
	switch {
	case host == "":
		return errors.New("the address has no host; " + urlHint)
	case len(host) > maxHost:
		return errors.New("the host of the address is longer than a name can be; " + urlHint)
	case !consistsOf(host, "-._"):
		return errors.New("the host of the address has other characters than letters, digits, and any of - . _; " +
			"write names of other alphabets as xn--…, and IPv6 addresses in brackets")
	}
	for label := range strings.SplitSeq(strings.TrimSuffix(host, "."), ".") {
		if label == "" || label[0] == '-' {
			return errors.New("a part of the host's name is empty or begins with a dash; " + urlHint)
		}
	}
	return nil
}
