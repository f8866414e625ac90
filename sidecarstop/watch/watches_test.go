package watch

import (
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-logr/logr"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"orderly.dev/sidecarstop/gate"
)

const none = "service db: no endpoints: is there a Service of that name with a selector?"

func TestTenThousandPodsThatWaitForOneServiceCostOneWatch(t *testing.T) {
	inWorld(t, newFakeCluster(endpoints(false)), func(t *testing.T, w *world) {
		entries := parse(t, "service: db")
		require.Equal(t, "service db: 0 of 1 endpoints ready", w.look(t, waitingPod("app-0"), entries))
		var shared *metav1.Object
		for i := range 10_000 {
			sight := w.Look(waitingPod(fmt.Sprint("app-", i)), entries)
			require.Len(t, sight, 1)
			for _, seen := range sight {
				if shared == nil {
					shared = &seen.Objects[0]
				}
				require.Same(t, shared, &seen.Objects[0], "each Pod has a slice of its own")
			}
		}
		require.Equal(t, 1, w.Count())
		w.told.take()

		w.cluster.put(endpoints(true))
		synctest.Wait()
		require.Len(t, w.told.take(), 10_000)
		require.Empty(t, w.now(waitingPod("app-9999"), entries))
		open, lists, watches := w.cluster.counted()
		require.Equal(t, []int{1, 0, 1}, []int{open, lists, watches}, "open, lists, watches")
	})
}

func TestAPodIsToldWhenWhatItLooksAtChangesAndElseNever(t *testing.T) {
	db, migrate := endpoints(false), job("migrate", 0)
	inWorld(t, newFakeCluster(db, migrate), func(t *testing.T, w *world) {
		onDB, onJob := parse(t, "service: db"), parse(t, "job: migrate")
		w.Look(waitingPod("a"), onDB)
		w.Look(waitingPod("b"), onJob)
		synctest.Wait()
		require.Equal(t, map[string]int{"a": 1, "b": 1}, w.told.take(), "what was asked for is there")
		w.look(t, waitingPod("a"), onDB)
		w.look(t, waitingPod("b"), onJob)
		for _, tc := range []struct {
			name   string
			change func()
			want   map[string]int
		}{
			{"an endpoint becomes ready", func() { w.cluster.put(endpoints(true)) }, map[string]int{"a": 1}},
			{"an object is written as it is", func() { w.cluster.put(endpoints(true)) }, map[string]int{}},
			{"something changes that no entry reads", func() {
				changed := job("migrate", 0)
				changed.Labels, changed.Spec.Suspend, changed.Status.Ready = map[string]string{"a": "b"}, new(true), new(int32(7))
				w.cluster.put(changed)
			}, map[string]int{}},
			{"the Job succeeds", func() { w.cluster.put(job("migrate", 1)) }, map[string]int{"b": 1}},
			{"another Job of the namespace succeeds", func() { w.cluster.put(job("other", 1)) }, map[string]int{}},
			{"the watches end and are opened again", func() { w.cluster.hangUp(nil); pass(time.Minute) }, map[string]int{}},
			{"everything is listed again", func() { w.cluster.hangUp(expired()); pass(time.Minute) }, map[string]int{}},
			{"the Job is deleted while nobody watched", func() { w.cluster.hangUp(expired()); w.cluster.remove(migrate); pass(time.Minute) }, map[string]int{"b": 1}},
			{"the last EndpointSlice is deleted", func() { w.cluster.remove(db) }, map[string]int{"a": 1}},
		} {
			t.Log(tc.name)
			tc.change()
			synctest.Wait()
			require.Equal(t, tc.want, w.told.take(), tc.name)
		}
		require.Equal(t, none, w.now(waitingPod("a"), onDB))
		require.Equal(t, "job migrate: there is no such Job", w.now(waitingPod("b"), onJob))
	})
}

func TestAPodThatWaitsForItsNodeIsToldOfItsNodeOnly(t *testing.T) {
	ovs := daemonSet()
	inWorld(t, newFakeCluster(ovs, podOf(ovs, "n1", "False"), podOf(ovs, "n2", "False")), func(t *testing.T, w *world) {
		onNodeOnly, anywhere := parse(t, "daemonset: ovs"), parse(t, "pod: {labels: {app: ovs}}")
		first, second, third := waitingPod("a"), onNode("n2", waitingPod("b")), waitingPod("c")
		require.Equal(t, "daemonset ovs: its Pod on node n1 is not ready", w.look(t, first, onNodeOnly))
		require.Equal(t, "daemonset ovs: its Pod on node n2 is not ready", w.look(t, second, onNodeOnly))
		require.Equal(t, "pod with app=ovs: 0 of 2 Pods ready", w.look(t, third, anywhere))
		require.Equal(t, 2, w.Count(), "the DaemonSet, and its Pods for all of them")
		w.told.take()

		w.cluster.put(podOf(ovs, "n1", "True"))
		synctest.Wait()
		require.Equal(t, map[string]int{"a": 1, "c": 1}, w.told.take())
		require.Empty(t, w.now(first, onNodeOnly))
		require.Equal(t, "daemonset ovs: its Pod on node n2 is not ready", w.now(second, onNodeOnly))
		require.Empty(t, w.now(third, anywhere))

		w.cluster.remove(podOf(ovs, "n2", "False"))
		synctest.Wait()
		require.Equal(t, map[string]int{"b": 1, "c": 1}, w.told.take())
		require.Equal(t, "daemonset ovs: no Pod of the DaemonSet on node n2", w.now(second, onNodeOnly))

		scheduled := waitingPod("d")
		require.Equal(t, "daemonset ovs: this Pod has no node yet", w.look(t, onNode("", waitingPod("d")), onNodeOnly))
		require.Empty(t, w.now(scheduled, onNodeOnly), "it has a node now")
		both := append(parse(t, "pod: {labels: {app: ovs}, sameNode: true}"), anywhere...)
		require.Equal(t, "pod with app=ovs on this node: no Pod with these labels on node n3", w.now(onNode("n3", waitingPod("e")), both))
		require.Equal(t, "daemonset ovs: this Pod has no node yet", w.look(t, onNode("", waitingPod("without a node")), onNodeOnly))
		w.told.take()
		w.cluster.put(podOf(ovs, "n1", "False"))
		synctest.Wait()
		require.Equal(t, map[string]int{"a": 1, "c": 1, "d": 1, "e": 1}, w.told.take(), "e looks at everything, because one of its entries does")
	})
}

func TestAConsentIsFollowed(t *testing.T) {
	inWorld(t, newFakeCluster(within("identity", job("migrate", 1))), func(t *testing.T, w *world) {
		pod, entries := waitingPod("a"), parse(t, "job: 'identity:migrate'")
		refused := "job identity:migrate: annotation orderly.dev/share-readiness-with of namespace identity does not name default"
		require.Equal(t, refused, w.look(t, pod, entries))
		require.Equal(t, 1, w.Count(), "nothing of another namespace is looked at before it consents")

		w.told.take()
		w.cluster.put(sharing("default"))
		synctest.Wait()
		require.Equal(t, map[string]int{"a": 1}, w.told.take())
		require.Empty(t, w.look(t, pod, entries))
		require.Equal(t, 2, w.Count())

		w.told.take()
		w.cluster.put(sharing("somebody else"))
		synctest.Wait()
		require.Equal(t, map[string]int{"a": 1}, w.told.take())
		require.Equal(t, refused, w.now(pod, entries))
		pass(Linger + tidyEvery)
		require.Equal(t, 1, w.Count(), "what is not shared any more is not watched")
	})
}

func TestAWatchThatNobodyNeedsLingers(t *testing.T) {
	inWorld(t, newFakeCluster(job("migrate", 0)), func(t *testing.T, w *world) {
		entries := parse(t, "job: migrate")
		w.look(t, waitingPod("a"), entries)
		w.look(t, waitingPod("b"), entries)
		w.Forget(nameOf(waitingPod("a")))
		pass(time.Hour)
		require.Equal(t, 1, w.Count(), "somebody needs it")

		w.Forget(nameOf(waitingPod("b")))
		pass(Linger - tidyEvery)
		require.Equal(t, 1, w.Count())
		require.NotEmpty(t, w.Look(waitingPod("c"), entries), "the next Pod of the same Job sees at once")
		pass(Linger)
		require.Equal(t, 1, w.Count())

		require.Empty(t, w.Look(waitingPod("c"), nil), "it waits for nothing any more")
		pass(Linger + tidyEvery)
		require.Zero(t, w.Count())
		open, _, watches := w.cluster.counted()
		require.Zero(t, open)
		require.Equal(t, 1, watches)
		w.told.take()
		w.cluster.put(job("migrate", 1))
		synctest.Wait()
		require.Empty(t, w.told.take())
	})
}

func TestWhatIsLookedAtBeforeTheStartIsOpenedThen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		told := &told{pods: map[types.NamespacedName]int{}}
		cluster := newFakeCluster(job("migrate", 1))
		w := &world{Watches: newWatches(cluster, told.notify, logr.Discard()), cluster: cluster, told: told}
		pod, entries := waitingPod("a"), parse(t, "job: migrate")
		require.Equal(t, "job migrate: not looked at yet", w.look(t, pod, entries))
		require.Zero(t, cluster.opened())
		go func() { _ = w.Start(t.Context()) }() // ends with the bubble
		synctest.Wait()
		require.Empty(t, w.now(pod, entries))
		require.Equal(t, map[string]int{"a": 1}, told.take())
	})
}

func TestTheEndWaitsForNoPause(t *testing.T) {
	inWorld(t, newFakeCluster(), func(t *testing.T, w *world) {
		w.cluster.refuse(nil, nil, apierrors.NewTooManyRequests("busy", 1))
		w.look(t, waitingPod("a"), parse(t, "service: db"))
		pass(time.Minute)
	})
}

func TestASlowListenerHoldsUpNobodyElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		listening, goOn := make(chan int, 1), make(chan struct{})
		w := newWatches(newFakeCluster(endpoints()), func(pods []types.NamespacedName) {
			listening <- len(pods)
			<-goOn
		}, logr.Discard())
		go func() { _ = w.Start(t.Context()) }() // ends with the bubble
		entries, pod := parse(t, "service: db"), waitingPod("a")
		w.Look(pod, entries)
		synctest.Wait()
		require.Equal(t, 1, <-listening)

		for range 100 {
			for _, ready := range []bool{true, false} {
				w.source.(*fakeCluster).put(endpoints(ready, ready))
				synctest.Wait()
				for _, seen := range w.Look(pod, entries) {
					require.Equal(t, ready, *endpointsIn(t, seen)[0].Conditions.Ready, "a change is seen although nobody listens")
				}
			}
		}
		require.Empty(t, listening)
		goOn <- struct{}{}
		require.Equal(t, 1, <-listening, "all that happened is told once")
		close(goOn)
		synctest.Wait()
		require.Empty(t, listening)
	})
}

func TestManyLookAtTheSameTime(t *testing.T) {
	ovs := daemonSet()
	inWorld(t, newFakeCluster(endpoints(false), ovs, sharing("*")), func(t *testing.T, w *world) {
		entries := parse(t, "service: db", "daemonset: ovs", "job: 'identity:migrate'")
		var looking sync.WaitGroup
		for worker := range 10 {
			looking.Go(func() {
				for i := range 200 {
					pod := onNode(fmt.Sprint("n", i%7), waitingPod(fmt.Sprint("app-", (worker+i)%20)))
					w.Look(pod, entries[:i%4])
					if i%3 == 0 {
						w.Forget(nameOf(pod))
					}
				}
			})
		}
		for i := range 100 {
			w.cluster.put(podOf(ovs, fmt.Sprint("n", i%7), corev1.ConditionStatus([]string{"True", "False"}[i%2])))
			w.cluster.put(endpoints(i%2 == 0))
		}
		looking.Wait()
		w.cluster.put(endpoints(true))
		w.cluster.put(podOf(ovs, "n1", "True"))
		w.cluster.put(within("identity", job("migrate", 1)))
		require.Empty(t, w.look(t, waitingPod("last"), entries))
	})
}

func endpointsIn(t *testing.T, seen gate.Seen) []discoveryv1.Endpoint {
	t.Helper()
	require.Len(t, seen.Objects, 1)
	return seen.Objects[0].(*discoveryv1.EndpointSlice).Endpoints
}

// requireNothingKept checks that no trace of any Pod is left.
func requireNothingKept(t *testing.T, w *Watches) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	require.Empty(t, w.watches)
	require.Empty(t, w.waiters)
	require.Empty(t, w.refused)
	require.Empty(t, w.holds.ofNamespace)
	require.Empty(t, w.holds.lingering)
}
