package registry

import (
	"crypto/tls"
	"io"
	"log"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"orderly.dev/mutate/contract"
	"orderly.dev/webhook/registry"
)

// startProxy stands before the public registry, with its certificate. What it is given may answer in its place.
func startProxy(t *testing.T, before func(w http.ResponseWriter, r *http.Request) bool) (address string) {
	t.Helper()
	target, err := url.Parse("https://" + public.address)
	require.NoError(t, err)
	pair, err := tls.LoadX509KeyPair(authority.certFile, authority.keyFile)
	require.NoError(t, err)
	forward := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }, Transport: trusting()}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !before(w, r) {
			forward.ServeHTTP(w, r)
		}
	}))
	server.TLS = &tls.Config{Certificates: []tls.Certificate{pair}}
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	return server.Listener.Addr().String()
}

// sendHalf answers with the header and the first half of what the registry says.
func sendHalf(t *testing.T, w http.ResponseWriter, r *http.Request) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), r.Method, "https://"+public.address+r.URL.Path, nil)
	require.NoError(t, err)
	request.Header = r.Header
	response, err := trusting().RoundTrip(request)
	require.NoError(t, err)
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	maps.Copy(w.Header(), response.Header)
	_, err = w.Write(body[:len(body)/2])
	require.NoError(t, err)
}

func TestASlowRegistryIsGivenUp(t *testing.T) {
	push(t, public.address+"/team/app:v1", makeImage(t, "amd64", "/app"))
	address := startProxy(t, func(_ http.ResponseWriter, r *http.Request) bool {
		<-r.Context().Done()
		return true
	})
	began := time.Now()
	requireDenied(t, makeRewriter(t, func(o *registry.Options) { o.Deadline = 700 * time.Millisecond }),
		makePod("default", address+"/team/app:v1"), "registry "+address+" had not answered after 700ms")
	require.Less(t, time.Since(began), 3*time.Second)
}

func TestABusyRegistryIsAskedAgainIfThereIsTime(t *testing.T) {
	push(t, public.address+"/team/app:v1", makeImage(t, "amd64", "/app"))
	for _, tc := range []struct {
		after string
		want  string
	}{
		{"1", ""},
		{"60", "takes no more requests for now (429 Too Many Requests, to be asked again after 1m0s)"},
	} {
		t.Run(tc.after, func(t *testing.T) {
			var refusals atomic.Int32
			address := startProxy(t, func(w http.ResponseWriter, r *http.Request) bool {
				if !strings.Contains(r.URL.Path, "/manifests/") || refusals.Add(1) > 1 {
					return false
				}
				w.Header().Set("Retry-After", tc.after)
				w.WriteHeader(http.StatusTooManyRequests)
				return true
			})
			began := time.Now()
			pod := makePod("default", address+"/team/app:v1")
			if tc.want != "" {
				requireDenied(t, makeRewriter(t), pod, tc.want)
				require.Less(t, time.Since(began), registry.Deadline, "it is not waited for")
				return
			}
			requireRuns(t, makeRewriter(t), pod, contract.Options{Entrypoint: "/app", StopSignal: 3})
			require.GreaterOrEqual(t, time.Since(began), time.Second)
		})
	}
}

func TestAnAnswerThatIsCutOffIsNotBelieved(t *testing.T) {
	push(t, public.address+"/team/app:v1", makeImage(t, "amd64", "/app"))
	for _, tc := range []struct{ name, part string }{{"the manifest", "/manifests/"}, {"the configuration", "/blobs/"}} {
		t.Run(tc.name, func(t *testing.T) {
			address := startProxy(t, func(w http.ResponseWriter, r *http.Request) bool {
				if r.Method != http.MethodGet || !strings.Contains(r.URL.Path, tc.part) {
					return false
				}
				sendHalf(t, w, r)
				return true
			})
			requireDenied(t, makeRewriter(t), makePod("default", address+"/team/app:v1"), "the answer of registry "+address+" ended too early")
		})
	}
}

func TestACertificateOfNobodyIsRefused(t *testing.T) {
	requireDenied(t, makeRewriter(t, func(o *registry.Options) { o.CAFile = "" }), makePod("default", public.address+"/team/app:v1"),
		"signed by an authority that the webhook does not know", "--registry-ca-file")
}

func TestPlainHTTPIsForThoseThatTheOperatorListed(t *testing.T) {
	push(t, public.address+"/team/app:v1", makeImage(t, "amd64", "/app"))
	target, err := url.Parse("https://" + public.address)
	require.NoError(t, err)
	server := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }, Transport: trusting()})
	t.Cleanup(server.Close)
	address := server.Listener.Addr().String()
	requireDenied(t, makeRewriter(t), makePod("default", address+"/team/app:v1"), "it speaks plain http", "--registry-plain-http")
	requireRuns(t, makeRewriter(t, func(o *registry.Options) { o.PlainHTTP = []string{address} }), makePod("default", address+"/team/app:v1"),
		contract.Options{Entrypoint: "/app", StopSignal: 3})
}
