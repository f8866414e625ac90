package clone

import (
	"errors"
	"fmt"
	"strings"
)

// Scheme is how git talks to a server.
type Scheme string

// The schemes that are possible. Others, above all file: and ext:, would let git read files or run programs of the cloner.
const (
	HTTPS Scheme = "https"
	HTTP  Scheme = "http"
	SSH   Scheme = "ssh" // also git@host:path
	Git   Scheme = "git" // git://, without credentials and without encryption
)

// maxURL is the longest address, in bytes. Servers and proxies refuse longer ones.
const maxURL = 2 << 10

const urlHint = "write https://git.example.com/team/app.git, http://, ssh://, git:// or git@git.example.com:team/app.git"

// URL is the address of a repository. It holds no password, and nothing that git or ssh could take for an option. The zero value is none. Two
// that are equal were written alike.
type URL struct {
	text string
	// Scheme, User (ssh only), Host (lower case, an IPv6 address without brackets), Port (empty for the scheme's) and Path are its parts.
	// The path is as it was written: with its slash and with what is percent-encoded but for USER@HOST:PATH, where git decodes nothing.
	Scheme                 Scheme
	User, Host, Port, Path string
}

// ParseURL reads an address: https://, http://, ssh://, git:// or USER@HOST:PATH. An error says what to write instead, and never repeats
// what stands there, which may be a password. In the last form the user must be there: without one ssh would log in as the cloner's own user,
// whom no server knows, and C:/x would be the host C.
//
// What is accepted is narrower than what git accepts (git-clone(1), connect.c and url.c of git), so that git, curl, ssh and this function cannot
// disagree about where the host ends.
func ParseURL(text string) (URL, error) {
	if err := checkURLText(text); err != nil {
		return URL{}, err
	}
	u := URL{text: text}
	scheme, rest, found := strings.Cut(text, "://")
	if !found {
		return u.withShortForm()
	}
	switch u.Scheme = Scheme(scheme); u.Scheme {
	case HTTPS, HTTP, SSH, Git:
	default:
		return URL{}, fmt.Errorf("the scheme of the address is none of https, http, ssh and git, in small letters; %s", urlHint)
	}
	authority, path, found := strings.Cut(rest, "/")
	if !found {
		return URL{}, errNoRepository
	}
	u, err := u.withAuthority(authority)
	if err != nil {
		return URL{}, err
	}
	u.Path = "/" + path
	if err := checkURLPath(u.Path, percentDecoded); err != nil {
		return URL{}, err
	}
	return u, nil
}

var errNoRepository = errors.New("the address names no repository behind the host; " + urlHint)

func checkURLText(text string) error {
	switch {
	case text == "":
		return errors.New("the address is empty; " + urlHint)
	case len(text) > maxURL:
		return fmt.Errorf("the address has more than %d bytes; %s", maxURL, urlHint)
	case !isPrintable(text):
		return errors.New("the address has characters that cannot be printed; " + urlHint)
	case namesHelper(text):
		return errors.New("two colons name a program that git would run; " + urlHint)
	case strings.Contains(text, " "):
		return errors.New("the address has a space; write it as %20")
	case strings.Contains(text, `\`):
		return errors.New(`the address has a backslash; ` + urlHint)
	case strings.ContainsAny(text, "?#"):
		return errors.New("the address has a query or a fragment, which no repository needs; write secret: NAME for credentials, and ref: NAME for what is checked out")
	case strings.HasPrefix(text, "-"):
		return errors.New("the address begins with a dash, as an option does; " + urlHint)
	}
	return nil
}

// namesHelper reports whether a text has the form transport::address of gitremote-helpers(7), such as ext::COMMAND.
func namesHelper(text string) bool {
	helper, _, found := strings.Cut(text, "::")
	return found && consistsOf(helper, "-._+")
}

// String is the address as it was written.
func (u URL) String() string { return u.text }

// MarshalText writes the address as it was written.
func (u URL) MarshalText() ([]byte, error) { return []byte(u.text), nil }

// UnmarshalText reads it by [ParseURL].
func (u *URL) UnmarshalText(text []byte) error {
	parsed, err := ParseURL(string(text))
	*u = parsed
	return err
}
