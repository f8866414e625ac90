package watch

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-logr/logr"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"orderly.dev/mutate/dependency"
	"orderly.dev/sidecarstop/gate"
)

// told collects whom the watches tell.
type told struct {
	mu   sync.Mutex
	pods map[types.NamespacedName]int
}

func (n *told) notify(pods []types.NamespacedName) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, pod := range pods {
		n.pods[pod]++
	}
}

// take returns how often each was told since the last time.
func (n *told) take() map[string]int {
	n.mu.Lock()
	defer n.mu.Unlock()
	taken := map[string]int{}
	for pod, times := range n.pods {
		taken[pod.Name] = times
	}
	clear(n.pods)
	return taken
}

// world is Watches over a fake cluster, where time stands still until everybody waits for it.
type world struct {
	*Watches
	cluster *fakeCluster
	told    *told
}

// inWorld tells a story with Watches that run until it ends. Then nothing may be left running.
func inWorld(t *testing.T, cluster *fakeCluster, story func(t *testing.T, w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		told := &told{pods: map[types.NamespacedName]int{}}
		w := &world{Watches: newWatches(cluster, told.notify, logr.Discard()), cluster: cluster, told: told}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		ended := make(chan error, 1)
		go func() { ended <- w.Start(ctx) }()
		story(t, w)
		cancel()
		began := time.Now()
		require.NoError(t, <-ended)
		require.LessOrEqual(t, time.Since(began), patience)
		pass(2 * maxPause) // for reflectors that make a pause
		open, _, _ := cluster.counted()
		require.Zero(t, open, "watches are open that nobody reads")
		require.Zero(t, w.bytes.Load(), "bytes are counted that nobody has")
	})
}

// look looks, and once more when everything that was asked for is there, and returns the line of Missing.
func (w *world) look(t *testing.T, pod *corev1.Pod, entries []dependency.Entry) string {
	t.Helper()
	for range 4 { // an entry needs at most three turns: consent, DaemonSet, Pods
		w.Look(pod, entries)
		synctest.Wait()
	}
	return w.now(pod, entries)
}

// now is what is missing by what is shown now.
func (w *world) now(pod *corev1.Pod, entries []dependency.Entry) string {
	sight := w.Look(pod, entries)
	var all []gate.Judged
	for _, entry := range entries {
		all = append(all, gate.Judged{Entry: entry, Verdict: gate.Judge(entry, pod, sight)})
	}
	return gate.Missing(all, gate.EventLimit)
}

// pass lets time go by, and everything happen that happens until then.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}
