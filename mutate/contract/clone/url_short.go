package clone

import (
	"errors"
	"strings"
)

var errShortForm = errors.New("this is no address of a server; " + urlHint)

// withShortForm reads USER@HOST:PATH, which ssh's copying programs made known. git decodes nothing in it, and has no place for a port.
func (u URL) withShortForm() (URL, error) {
	u.Scheme = SSH
	switch {
	case strings.HasPrefix(u.text, "/"), strings.HasPrefix(u.text, "."), strings.HasPrefix(u.text, "~"):
		return URL{}, errors.New("this is a path, and the cloner has no files; " + urlHint)
	case strings.HasPrefix(strings.ToLower(u.text), "file:"):
		return URL{}, errors.New("file: is not possible, because the cloner has no files; " + urlHint)
	}
	user, rest, found := strings.Cut(u.text, "@")
	if !found {
		return URL{}, errShortForm
	}
	if err := u.checkUser(user); err != nil {
		return URL{}, err
	}
	host, rest, err := cutHost(rest)
	if err != nil {
		return URL{}, err
	}
	path, found := strings.CutPrefix(rest, ":")
	switch {
	case !found:
		return URL{}, errNoRepository
	case strings.Contains(path, "%"):
		return URL{}, errors.New("in this form a percent sign means itself, and others would decode it; write ssh://USER@HOST/PATH")
	case strings.HasPrefix(path, ":"):
		return URL{}, errors.New("there are two colons behind the host; write git@git.example.com:team/app.git")
	}
	if err := checkURLPath(path, asWritten); err != nil {
		return URL{}, err
	}
	u.User, u.Host, u.Path = user, host, path
	return u, nil
}
