package watch

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/go-logr/logr"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/types"

	"orderly.dev/mutate/dependency"
)

// startBench gives Watches that have listed what the entries of a Pod need, and the numbers of Pods that are told.
func startBench(b *testing.B, cluster *fakeCluster, entries []dependency.Entry) (*Watches, <-chan int) {
	b.Helper()
	told := make(chan int, 100)
	w := newWatches(cluster, func(pods []types.NamespacedName) { told <- len(pods) }, logr.Discard())
	ctx, cancel := context.WithCancel(b.Context())
	ended := make(chan error)
	go func() { ended <- w.Start(ctx) }()
	b.Cleanup(func() {
		cancel()
		require.NoError(b, <-ended)
	})
	seen := func() bool {
		for _, shown := range w.Look(waitingPod("app"), entries) {
			if shown.Obstacle != "" {
				return false
			}
		}
		return len(w.Look(waitingPod("app"), entries)) == len(w.watches)
	}
	for deadline := time.After(time.Minute); !seen(); {
		select {
		case <-told:
		case <-deadline:
			require.Fail(b, "nothing was listed within a minute")
		}
	}
	return w, told
}

func BenchmarkLookWhenAllIsWarm(b *testing.B) {
	entries := parse(b, "service: db", "job: migrate", "pod: {labels: {app: ovs}, sameNode: true}")
	ovs := daemonSet()
	w, _ := startBench(b, newFakeCluster(endpoints(true), job("migrate", 1), podOf(ovs, "n1", "True")), entries)
	pod := waitingPod("app")
	b.ReportAllocs()
	for b.Loop() {
		w.Look(pod, entries)
	}
}

// What a Pod costs that is new, and leaves.
func BenchmarkLookAndForget(b *testing.B) {
	entries := parse(b, "service: db", "job: migrate", "pod: {labels: {app: ovs}, sameNode: true}")
	w, _ := startBench(b, newFakeCluster(endpoints(true)), entries)
	pod := waitingPod("another")
	b.ReportAllocs()
	for b.Loop() {
		w.Look(pod, entries)
		w.Forget(nameOf(pod))
	}
}

// From a change at the API server until ten thousand Pods are told.
func BenchmarkTellTenThousandPods(b *testing.B) {
	entries := parse(b, "service: db")
	cluster := newFakeCluster(endpoints(false))
	w, told := startBench(b, cluster, entries)
	for i := range 10_000 {
		w.Look(waitingPod(fmt.Sprint("app-", i)), entries)
	}
	ready := false
	b.ReportAllocs()
	for b.Loop() {
		ready = !ready
		cluster.put(endpoints(ready))
		for pods := 0; pods < 10_001; {
			pods += <-told
		}
	}
}
