package registry

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode"

	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// kind tells how a look-up failed, which decides how long that is remembered and what is tried next.
type kind int

const (
	// broken is an answer that is of no use, and will not be of any the next time.
	broken kind = iota
	// refused is that the credentials, or having none, are not enough.
	refused
	// absent is that there is no such image.
	absent
	// unreachable is that there was no answer, or none in time; the next may be better.
	unreachable
	// busy is that the registry takes no more requests for now, perhaps only from this login.
	busy
	// unasked is that there were too many other questions.
	unasked
)

// failure is why a look-up failed. The text is for users: it holds no credentials, no URLs and nothing of an answer but
// the words by which the registry explains itself.
type failure struct {
	kind kind
	text string
}

func (f *failure) Error() string { return f.text }

// maxExplanation bounds what is quoted of a registry, in bytes.
const maxExplanation = 300

// explain makes a failure of what the registry's client reports.
func explain(err error, host string, waited time.Duration) *failure {
	if known, is := errors.AsType[*failure](err); is {
		return known
	}
	if later, is := errors.AsType[*busyError](err); is {
		return &failure{busy, fmt.Sprintf("registry %s takes no more requests for now (%v)", host, later)}
	}
	if answered, is := errors.AsType[*transport.Error](err); is {
		return explainStatus(answered, host)
	}
	if text := hint(err); text != "" {
		return &failure{unreachable, fmt.Sprintf("registry %s: %s", host, text)}
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return &failure{unreachable, fmt.Sprintf("registry %s had not answered after %s", host, waited.Round(100*time.Millisecond))}
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return &failure{unreachable, fmt.Sprintf("the answer of registry %s ended too early", host)}
	}
	return &failure{unreachable, fmt.Sprintf("asking registry %s: %s", host, cause(err))}
}

func explainStatus(answered *transport.Error, host string) *failure {
	text := fmt.Sprintf("registry %s says %s", host, quoteAnswer(answered))
	switch answered.StatusCode {
	case http.StatusUnauthorized, http.StatusForbidden:
		return &failure{refused, text}
	case http.StatusNotFound:
		return &failure{absent, text}
	}
	if answered.Temporary() {
		return &failure{unreachable, text}
	}
	return &failure{broken, text}
}

// quoteAnswer writes the status and, where the registry explains itself in the form that the distribution specification
// gives, code and message. Other bodies are not shown: a user chooses the address, which may be that of something that answers to
// the webhook alone.
func quoteAnswer(answered *transport.Error) string {
	parts := []string{fmt.Sprintf("%d %s", answered.StatusCode, http.StatusText(answered.StatusCode))}
	for _, d := range answered.Errors {
		parts = append(parts, fmt.Sprintf("%s: %s", d.Code, d.Message))
	}
	return short(strings.Join(parts, ", "))
}

// hint explains what an operator can help.
func hint(err error) string {
	var unknown x509.UnknownAuthorityError
	switch {
	case errors.Is(err, errTooLarge):
		return errTooLarge.Error()
	case errors.As(err, &unknown):
		return "its certificate is signed by an authority that the webhook does not know; its operator can add that (--registry-ca-file)"
	case strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"):
		return "it speaks plain http, which the webhook's operator has not allowed for it (--registry-plain-http)"
	case cause(err) == errPlainHTTP.Error(): // and not the second try with an address that looks local
		return errPlainHTTP.Error()
	}
	return ""
}

// request is how texts of the client begin: with a method and an address.
var request = regexp.MustCompile(`(?:[A-Z][A-Za-z]+ )?"?https?://[^ ]*:? ?`)

// cause is the text of an error without the address that was asked, which may hold a signature of the registry's storage, and without
// what comes after the first line, where the client quotes what a server of tokens said.
func cause(err error) string {
	for {
		inner, is := errors.AsType[*url.Error](err)
		if !is {
			line, _, _ := strings.Cut(err.Error(), "\n")
			return short(strings.TrimSuffix(request.ReplaceAllString(line, ""), ":"))
		}
		err = inner.Err
	}
}

// short makes a text one line of bounded length.
func short(text string) string {
	text = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, text)
	if len(text) > maxExplanation {
		return strings.ToValidUTF8(text[:maxExplanation], "") + "…"
	}
	return text
}
