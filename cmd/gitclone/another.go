package main

import (
	"net/url"
	"regexp"
	"strings"

	"orderly.dev/mutate/contract/clone"
)

// asking is how git says which server wants credentials (credential.c, credential_ask_one).
var asking = regexp.MustCompile(`could not read (?:Username|Password) for '([^']+)'`)

// adviceOnAnother is what to do when not the repository's own server asked for credentials, but that of a submodule or of a redirect. It is
// empty for all else.
func adviceOnAnother(f *failure, own clone.URL) string {
	found := asking.FindStringSubmatch(strings.Join(f.said, "\n"))
	if f.kind != authMissing || found == nil {
		return ""
	}
	asked, err := url.Parse(found[1])
	if err != nil || asked.Scheme == string(own.Scheme) && strings.EqualFold(asked.Host, authority(own)) {
		return ""
	}
	return asked.Scheme + "://" + asked.Host + " is not the repository's own server, so it gets no credentials: a submodule or a redirect leads there; " +
		"let everybody read it there, or put it on the repository's server"
}
