package registry

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// roundTripper is a function as a way to a registry.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func makeAnswer(status int, retryAfter string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{"Retry-After": {retryAfter}}, Body: io.NopCloser(strings.NewReader(""))}
}

func TestABusyRegistryIsAskedAgainWhereThereIsTime(t *testing.T) {
	for _, tc := range []struct {
		name, after string
		refusals    int
		wantWait    time.Duration
		wantError   string
	}{
		{name: "at once", refusals: 0},
		{name: "after a second", after: "1", refusals: 1, wantWait: time.Second},
		{name: "twice", after: "1", refusals: 2, wantWait: 2 * time.Second},
		{name: "more often than it is asked", after: "1", refusals: 3, wantWait: 2 * time.Second, wantError: "429 Too Many Requests, to be asked again after 1s"},
		{name: "without a pause", after: "0", refusals: 1, wantWait: minPause},
		{name: "after too long", after: "30", refusals: 1, wantError: "429 Too Many Requests, to be asked again after 30s"},
		{name: "without saying when", refusals: 1, wantError: "429 Too Many Requests"},
		{name: "with nonsense", after: "soon", refusals: 1, wantError: "429 Too Many Requests"},
		{name: "at a date", after: "Sat, 01 Jan 2000 00:00:03 GMT", refusals: 1, wantWait: 3 * time.Second},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { // its clock starts with the year 2000
				left := tc.refusals
				way := patient{roundTripper(func(*http.Request) (*http.Response, error) {
					if left--; left >= 0 {
						return makeAnswer(http.StatusTooManyRequests, tc.after), nil
					}
					return makeAnswer(http.StatusOK, ""), nil
				})}
				ctx, cancel := context.WithTimeout(t.Context(), Deadline)
				defer cancel()
				request, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://registry.example/v2/", nil)
				require.NoError(t, err)
				began := time.Now()
				response, err := way.RoundTrip(request)
				require.Equal(t, tc.wantWait, time.Since(began))
				if tc.wantError != "" {
					require.EqualError(t, err, tc.wantError)
					return
				}
				require.NoError(t, err)
				require.NoError(t, response.Body.Close())
				require.Equal(t, http.StatusOK, response.StatusCode)
			})
		})
	}
}

func TestAConnectionThatWasClosedIsTriedOnceMore(t *testing.T) {
	asked := 0
	way := patient{roundTripper(func(*http.Request) (*http.Response, error) {
		asked++
		return nil, io.EOF
	})}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://registry.example/v2/", nil)
	require.NoError(t, err)
	_, err = way.RoundTrip(request) //nolint:bodyclose // there is none
	require.ErrorIs(t, err, io.EOF)
	require.Equal(t, 2, asked)
}

func TestNothingGoesWithoutTLSButWhereItIsListed(t *testing.T) {
	way := guarded{plainHTTP: []string{"registry.example:5000"}, next: roundTripper(func(*http.Request) (*http.Response, error) {
		return makeAnswer(http.StatusOK, ""), nil
	})}
	for url, want := range map[string]error{
		"https://registry.example/v2/":     nil,
		"http://registry.example:5000/v2/": nil,
		"http://registry.example/v2/":      errPlainHTTP,
		"http://localhost:5000/v2/":        errPlainHTTP,
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
		require.NoError(t, err)
		_, err = way.RoundTrip(request)
		require.Equal(t, want, err, url)
	}
}

func TestAnswersAreBounded(t *testing.T) {
	for _, tc := range []struct {
		letter string
		size   int
		want   error
	}{
		{"x", maxAnswer - 1, nil}, {"x", maxAnswer, nil}, {"x", maxAnswer + 1, errTooLarge},
		{",", maxValues, nil}, {",", maxValues + 1, errTooLarge},
	} {
		body := &boundedBody{ReadCloser: io.NopCloser(strings.NewReader(strings.Repeat(tc.letter, tc.size))), bytes: maxAnswer, values: maxValues}
		_, err := io.ReadAll(body)
		require.True(t, errors.Is(err, tc.want), "%d times %s: %v", tc.size, tc.letter, err)
	}
}

func TestAnIdentityTokenIsSentAgainWhereItIsWantedLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var sent []string
		way := patient{roundTripper(func(r *http.Request) (*http.Response, error) {
			body, err := io.ReadAll(r.Body)
			sent = append(sent, string(body))
			if len(sent) == 1 {
				return makeAnswer(http.StatusTooManyRequests, "1"), err
			}
			return makeAnswer(http.StatusOK, ""), err
		})}
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://tokens.example/", strings.NewReader("grant_type=refresh_token"))
		require.NoError(t, err)
		response, err := way.RoundTrip(request)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		require.Equal(t, []string{"grant_type=refresh_token", "grant_type=refresh_token"}, sent)
	})
}

func TestWhereTheCloudKeepsSecretsThereIsNoRegistry(t *testing.T) {
	for address, want := range map[string]string{
		"169.254.169.254:443":          "no registry can be at 169.254.169.254",
		"[fe80::1%eth0]:443":           "no registry can be at fe80::1%eth0",
		"[::ffff:169.254.169.254]:443": "no registry can be at 169.254.169.254",
		"0.0.0.0:443":                  "no registry can be at 0.0.0.0",
		"[ff02::1]:443":                "no registry can be at ff02::1",
		"10.1.2.3:443":                 "",
		"127.0.0.1:5000":               "",
	} {
		err := refuseLinkLocal("tcp", address, nil)
		if want == "" {
			require.NoError(t, err, address)
			continue
		}
		require.EqualError(t, err, want)
	}
}
