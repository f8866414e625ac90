package integration

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/apiutil"

	"orderly.dev/mutate/dependency"
	"orderly.dev/sidecarstop/gate"
	"orderly.dev/sidecarstop/watch"
)

// watchesUnderTest are Watches that run until the test ends, with all that they send to the API server and all whom they tell.
type watchesUnderTest struct {
	*watch.Watches
	t *testing.T

	mu sync.Mutex
	// sent are requests by what they ask for, open those among them that are being answered.
	sent, open map[string]int
	told       map[types.NamespacedName]int
}

// startWatches runs Watches with the rights of a user, or with those of the administrator.
func startWatches(t *testing.T, user rest.ImpersonationConfig) *watchesUnderTest {
	t.Helper()
	w := &watchesUnderTest{t: t, sent: map[string]int{}, open: map[string]int{}, told: map[types.NamespacedName]int{}}
	config := rest.CopyConfig(adminConfig)
	config.Impersonate = user
	httpClient, err := rest.HTTPClientFor(config)
	require.NoError(t, err)
	mapper, err := apiutil.NewDynamicRESTMapper(config, httpClient)
	require.NoError(t, err)
	config.Wrap(func(inner http.RoundTripper) http.RoundTripper { return &counter{inner, w} })
	w.Watches, err = watch.New(watch.Options{Config: config, Mapper: mapper, Notify: w.notify})
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- w.Start(ctx) }()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-ended)
		eventually(t, "no request is open any more", func() error { return w.requireOpen(0) })
	})
	return w
}

func (w *watchesUnderTest) notify(pods []types.NamespacedName) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, pod := range pods {
		w.told[pod]++
	}
}

func (w *watchesUnderTest) takeTold() map[types.NamespacedName]int {
	w.mu.Lock()
	defer w.mu.Unlock()
	taken := w.told
	w.told = map[types.NamespacedName]int{}
	return taken
}

func (w *watchesUnderTest) copySent() map[string]int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return maps.Clone(w.sent)
}

// requireOpen is an error unless so many requests are open.
func (w *watchesUnderTest) requireOpen(want int) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	open := 0
	for _, n := range w.open {
		open += n
	}
	if open != want {
		return fmt.Errorf("%d are open: %v", open, w.open)
	}
	return nil
}

// missing is what a Pod misses by what is shown now.
func (w *watchesUnderTest) missing(pod *corev1.Pod, entries []dependency.Entry) string {
	sight := w.Look(pod, entries)
	var all []gate.Judged
	for _, entry := range entries {
		all = append(all, gate.Judged{Entry: entry, Verdict: gate.Judge(entry, pod, sight)})
	}
	return gate.Missing(all, gate.EventLimit)
}

// eventuallyMisses waits until that is what a Pod misses, looking only when it is told to, as the companion does.
func (w *watchesUnderTest) eventuallyMisses(want string, pod *corev1.Pod, entries []dependency.Entry) {
	w.t.Helper()
	line := w.missing(pod, entries)
	eventually(w.t, "the Pod misses "+want, func() error {
		if w.takeTold()[client.ObjectKeyFromObject(pod)] > 0 {
			line = w.missing(pod, entries)
		}
		if line != want {
			return errors.New("it misses: " + line)
		}
		return nil
	})
}

// counter counts requests as they are sent and as their answers are read to the end.
type counter struct {
	inner   http.RoundTripper
	watches *watchesUnderTest
}

func (c *counter) RoundTrip(request *http.Request) (*http.Response, error) {
	what := request.URL.Path
	if request.URL.Query().Get("watch") != "" {
		what = "watch " + what
	}
	c.change(func(w *watchesUnderTest) { w.sent[what]++; w.open[what]++ })
	closed := sync.OnceFunc(func() { c.change(func(w *watchesUnderTest) { w.open[what]-- }) })
	response, err := c.inner.RoundTrip(request)
	if err != nil {
		closed()
		return nil, err
	}
	response.Body = &countedBody{response.Body, closed}
	return response, nil
}

func (c *counter) change(do func(*watchesUnderTest)) {
	c.watches.mu.Lock()
	defer c.watches.mu.Unlock()
	do(c.watches)
}

type countedBody struct {
	io.ReadCloser
	closed func()
}

func (b *countedBody) Close() error {
	b.closed()
	return b.ReadCloser.Close()
}
