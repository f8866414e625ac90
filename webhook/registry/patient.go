package registry

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"syscall"
	"time"
)

// busyError is a registry's wish to be asked later, where later is too late.
type busyError struct {
	// status of the answer, such as 429.
	status int
	// after is how long it wants to be left alone; 0 where it does not say.
	after time.Duration
}

func (e *busyError) Error() string {
	text := fmt.Sprintf("%d %s", e.status, http.StatusText(e.status))
	if e.after > 0 {
		text += fmt.Sprintf(", to be asked again after %s", e.after)
	}
	return text
}

// maxAsked bounds how often one request is sent.
const maxAsked = 3

// patient asks again where the registry says when, if that is before the deadline, and once where a connection that was kept open
// turned out to be closed.
type patient struct{ next http.RoundTripper }

func (p patient) RoundTrip(request *http.Request) (*http.Response, error) {
	reset := false
	for asked := 1; ; asked++ {
		response, err := p.next.RoundTrip(withBody(request))
		if err != nil {
			if reset || !wasClosed(err) {
				return nil, err
			}
			reset = true
			continue
		}
		if response.StatusCode != http.StatusTooManyRequests && response.StatusCode != http.StatusServiceUnavailable {
			return response, nil
		}
		busy := &busyError{response.StatusCode, retryAfter(response.Header, time.Now())}
		_, _ = io.Copy(io.Discard, response.Body) // or the connection could not be used again
		_ = response.Body.Close()
		if asked == maxAsked {
			return nil, busy
		}
		if err := busy.wait(request); err != nil {
			return nil, err
		}
	}
}

// minPause keeps a registry that says "at once" from being asked without a pause.
const minPause = 100 * time.Millisecond

// wait returns the error itself where waiting is of no use.
func (e *busyError) wait(request *http.Request) error {
	deadline, bounded := request.Context().Deadline()
	if e.after == 0 || bounded && time.Until(deadline) < e.after {
		return e
	}
	timer := time.NewTimer(max(e.after, minPause))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-request.Context().Done():
		return e
	}
}

// retryAfter reads the header (RFC 9110, 10.2.3): a number of seconds, or a date. "0" is as short as it gets.
func retryAfter(header http.Header, now time.Time) time.Duration {
	text := header.Get("Retry-After")
	if seconds, err := strconv.ParseUint(text, 10, 31); err == nil {
		return max(time.Duration(seconds)*time.Second, minPause)
	}
	if date, err := http.ParseTime(text); err == nil {
		return max(date.Sub(now).Round(time.Second), minPause)
	}
	return 0
}

// withBody gives the request with a body of its own to read, so that it can be sent again. Only one that exchanges an identity token
// has any.
func withBody(request *http.Request) *http.Request {
	if request.GetBody == nil {
		return request
	}
	copied := *request
	copied.Body, _ = request.GetBody() // it is in memory
	return &copied
}

// wasClosed reports whether the other end closed a connection. All that this package asks can be asked twice.
func wasClosed(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) || errors.Is(err, net.ErrClosed)
}
