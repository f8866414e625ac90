package main

import "strings"

// sign is what git, ssh, curl or a server say when something of this kind has happened: one of these, in small letters. All words of one
// that has "…" in it are there, in this order.
type sign struct {
	kind kind
	any  []string
}

// signs in the order in which they are looked for: what tells more comes first, because a cause is often followed by its consequences. The
// words are those of git 2.39 to 2.52 with LC_ALL=C, of curl with GnuTLS and with OpenSSL, of OpenSSH 9, and of well-known servers.
var signs = []sign{
	{hostKeyChanged, []string{"remote host identification has changed", "host key for … has changed"}},
	{hostKeyUnknown, []string{"host key verification failed", "host key is known for"}},
	{keyUnusable, []string{"load key … invalid format", "load key … error in libcrypto", "load key … incorrect passphrase"}},
	{diskFull, []string{"no space left on device", "disk quota exceeded"}},
	{certForeign, []string{"does not match target host", "no alternative certificate subject name matches"}},
	{certExpired, []string{"certificate has expired", "expiration date has passed", "certificate is not yet valid", "certificate is not yet activated",
		"activation date is in the future"}},
	{certUntrusted, []string{"certificate verification failed", "server verification failed", "ssl certificate problem",
		"peer certificate cannot be authenticated"}},
	{onlyWhole, []string{"dumb http transport does not support shallow"}},
	{notAdvertised, []string{"unadvertised object", "want … not valid"}},
	{commitGone, []string{"not our ref", "cannot obtain needed object"}},
	{refGone, []string{"couldn't find remote ref", "remote branch … not found in upstream"}},
	{schemeRefused, []string{"transport '… not allowed"}},
	{redirected, []string{"returned error: 301", "returned error: 302", "returned error: 303", "returned error: 307", "returned error: 308"}},
	{authRefused, []string{"authentication failed for", "permission denied (", "returned error: 403", "too many authentication failures",
		"denied by fallthru"}},
	{authMissing, []string{"could not read username", "could not read password", "returned error: 401"}},
	{repositoryGone, []string{"repository not found", "repository '… not found", "does not appear to be a git repository", "access denied or repository not exported",
		"returned error: 404", "returned error: 410", "is this a git repository?", "could not be found or you don't have permission"}},
	{network, []string{"could not resolve", "couldn't resolve", "unable to look up", "connection refused", "connection reset", "connection timed out",
		"connection closed by", "operation timed out", "failed to connect", "couldn't connect", "no route to host", "network is unreachable",
		"temporary failure in name resolution", "operation too slow", "transfer closed with", "early eof", "unexpected disconnect", "broken pipe",
		"recv failure", "send failure", "empty reply from server", "gnutls_handshake", "ssl_error_syscall", "gnutls recv error", "tls connection was non-properly terminated",
		"unexpected eof while reading", "http/2 stream", "http2 framing layer", "returned error: 5", "returned error: 408", "returned error: 429",
		"the remote end hung up", "connection to … timed out", "timeout, server … not responding", "kex_exchange_identification", "banner exchange",
		"rpc failed", "proxy connect aborted", "connection was reset"}},
	{notAdvertised, []string{"direct fetching of that commit failed", "unable to find current revision in submodule"}},
	{notPermitted, []string{"permission denied", "read-only file system", "operation not permitted"}},
}

// classify judges what git said.
func classify(said string) kind {
	said = strings.ToLower(said)
	for _, s := range signs {
		for _, words := range s.any {
			if holds(said, words) {
				return s.kind
			}
		}
	}
	return other
}

// holds reports whether one line has all the parts of the words, which "…" divides.
func holds(said, words string) bool {
	before, after, divided := strings.Cut(words, " … ")
	if !divided {
		before, after, divided = strings.Cut(words, "… ")
	}
	if !divided {
		return strings.Contains(said, words)
	}
	for line := range strings.SplitSeq(said, "\n") {
		if _, rest, found := strings.Cut(line, before); found && strings.Contains(rest, after) {
			return true
		}
	}
	return false
}
