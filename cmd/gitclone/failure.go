package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
)

// failure is why a repository cannot be cloned.
type failure struct {
	kind kind
	// what says it in a few words, such as `there is no branch "mian"`. Empty is what the kind says.
	what string
	// said are the last lines of git, ssh and the server; none where the cloner found out by itself.
	said []string
	// hint is what to do. Empty is what the kind says.
	hint string
}

// Error tells what happened and what git said.
func (f *failure) Error() string {
	text := f.what
	if text == "" {
		text = titles[f.kind]
	}
	if len(f.said) > 0 {
		text += "; git said: " + strings.Join(f.said, " | ")
	}
	return text
}

// kindOf is the kind of an error, other for one about which nothing is known.
func kindOf(err error) kind {
	if err == nil {
		return fine
	}
	if f, ok := errors.AsType[*failure](err); ok {
		return f.kind
	}
	switch { // what the cloner itself met
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return diskFull
	case errors.Is(err, os.ErrPermission), errors.Is(err, syscall.EROFS):
		return notPermitted
	}
	return other
}

// refuseSecret is the failure of a Secret that does not hold what is needed.
func refuseSecret(format string, values ...any) error {
	return &failure{kind: wrongSecret, what: fmt.Sprintf(format, values...)}
}

// titles say what happened, where nothing better is known.
var titles = map[kind]string{
	other:           "git failed",
	authRefused:     "authentication refused",
	authMissing:     "the server asks for credentials",
	hostKeyUnknown:  "the server's host key is not known",
	hostKeyChanged:  "the server's host key is not the known one",
	keyUnusable:     "the private key cannot be used",
	repositoryGone:  "repository not found",
	repositoryEmpty: "the repository is empty: it has no commit yet",
	refGone:         "the ref is not there any more",
	commitGone:      "the server does not give this commit",
	notAdvertised:   "the server gives only what branches and tags point to",
	onlyWhole:       "the server gives only whole histories",
	notThereYet:     "the commit is in none of the branches and tags",
	certUntrusted:   "the server's certificate is not trusted",
	certExpired:     "the server's certificate is not valid at this time",
	certForeign:     "the server's certificate is for another host",
	redirected:      "the server redirects to another address",
	schemeRefused:   "a submodule has an address that is not allowed",
	network:         "the server cannot be reached, or the connection broke",
	silent:          "git fell silent",
	diskFull:        "the disk of the workspace is full",
	notPermitted:    "a file cannot be read or written",
	stopped:         "stopped",
}
