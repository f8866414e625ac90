package watch

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-logr/logr"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"orderly.dev/mutate/dependency"
)

// jobs are entries for that many different Jobs.
func jobs(t *testing.T, from, to int) []dependency.Entry {
	t.Helper()
	var entries []dependency.Entry
	for i := from; i < to; i++ {
		entries = append(entries, parse(t, fmt.Sprint("job: migrate-", i))...)
	}
	return entries
}

const (
	fullNamespace = "the Pods of namespace default wait for more than 200 different things already: this one comes when others are done"
	fullCluster   = "the Pods of the cluster wait for more than 3000 different things already: this one comes when others are done"
)

func TestANamespaceHasABound(t *testing.T) {
	inWorld(t, newFakeCluster(), func(t *testing.T, w *world) {
		for i := 0; i < MaxPerNamespace; i += 20 {
			w.look(t, waitingPod(fmt.Sprint("app-", i)), jobs(t, i, i+20))
		}
		require.Equal(t, MaxPerNamespace, w.Count())
		w.told.take()

		refused, entries := waitingPod("refused"), jobs(t, 999, 1001)
		require.Equal(t, "job migrate-999: "+fullNamespace+"; job migrate-1000: "+fullNamespace, w.now(refused, entries))
		require.Equal(t, "job migrate-7: there is no such Job", w.now(waitingPod("shares"), jobs(t, 7, 8)), "what others wait for costs nothing")
		elsewhere := within("elsewhere", waitingPod("app"))
		require.Equal(t, "job migrate-7: there is no such Job", w.look(t, elsewhere, jobs(t, 7, 8)), "other namespaces have their own bound")
		pass(Linger * 2)
		require.Equal(t, MaxPerNamespace+1, w.Count())
		require.NotContains(t, w.told.take(), "refused")

		w.Forget(nameOf(waitingPod("app-20")))
		pass(tidyEvery)
		require.Equal(t, map[string]int{"refused": 1}, w.told.take(), "it is told that there is room, before anything has lingered to the end")
		require.Equal(t, "job migrate-999: there is no such Job; job migrate-1000: there is no such Job", w.look(t, refused, entries))
		require.LessOrEqual(t, w.Count(), MaxPerNamespace+1)
	})
}

func TestTheClusterHasABound(t *testing.T) {
	inWorld(t, newFakeCluster(), func(t *testing.T, w *world) {
		var last []dependency.Entry
		for i := range MaxWatches / MaxPerNamespace {
			last = jobs(t, 0, MaxPerNamespace)
			w.Look(within(fmt.Sprint("space-", i), waitingPod("app")), last)
		}
		synctest.Wait()
		require.Equal(t, MaxWatches, w.Count())
		pod := waitingPod("late")
		require.Equal(t, "job migrate-0: "+fullCluster, w.now(pod, last[:1]))

		w.Forget(nameOf(within("space-3", waitingPod("app"))))
		require.Equal(t, "job migrate-0: there is no such Job", w.look(t, pod, last[:1]), "what lingers makes room")
		require.Equal(t, MaxWatches-MaxPerNamespace+1, w.Count())
	})
}

func TestAPodThatWasRefusedAndWaitsNoMoreIsNotTold(t *testing.T) {
	inWorld(t, newFakeCluster(), func(t *testing.T, w *world) {
		for i := 0; i < MaxPerNamespace; i += 20 {
			w.Look(waitingPod(fmt.Sprint("app-", i)), jobs(t, i, i+20))
		}
		w.Look(waitingPod("gone"), jobs(t, 999, 1000))
		w.Look(waitingPod("content"), jobs(t, 999, 1000))
		synctest.Wait()
		w.told.take()
		w.Forget(nameOf(waitingPod("gone")))
		w.Look(waitingPod("content"), nil)
		w.Forget(nameOf(waitingPod("app-0")))
		pass(tidyEvery)
		require.Empty(t, w.told.take())
	})
}

// Else whoever makes thousands of Pods that find no room keeps the companion busy whenever anything in the cluster is done.
func TestWhereThereIsNoRoomFewAreTold(t *testing.T) {
	inWorld(t, newFakeCluster(), func(t *testing.T, w *world) {
		for i := 0; i < MaxPerNamespace; i += 20 {
			w.Look(waitingPod(fmt.Sprint("app-", i)), jobs(t, i, i+20))
		}
		const refused = maxTold + 500
		for i := range refused {
			w.Look(waitingPod(fmt.Sprint("refused-", i)), jobs(t, 1000+i, 1001+i))
		}
		elsewhere := within("elsewhere", waitingPod("app"))
		w.Look(elsewhere, jobs(t, 0, 20))
		synctest.Wait()
		w.told.take()

		w.Forget(nameOf(elsewhere))
		pass(tidyEvery * 3)
		require.Len(t, w.told.take(), maxHopeful, "what others do not need any more is no room for this namespace")

		w.Forget(nameOf(waitingPod("app-0")))
		pass(tidyEvery)
		require.Len(t, w.told.take(), maxTold, "there are 20 places")
		pass(tidyEvery)
		require.Len(t, w.told.take(), refused-maxTold-maxHopeful, "nobody is forgotten")
		pass(Linger)
		require.Empty(t, w.told.take())
	})
}

// Whatever Pods look at, in which order, and whatever happens meanwhile: when all are gone, nothing is left.
func FuzzNothingIsEverLeftBehind(f *testing.F) {
	kinds := []string{
		"service: db", "service: cache", "job: migrate", "job: {labels: {a: b}}", "daemonset: ovs", "pod: {labels: {app: ovs}, sameNode: true}",
		"pod: {labels: {app: ovs}}", "job: 'identity:migrate'", "service: 'identity:db'", "daemonset: 'identity:ovs'", fooEntry,
		fooEntry + ", fields: [{key: spec.a, value: b}]",
	}
	for seed := range uint64(12) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		inWorld(t, newFakeCluster(), func(t *testing.T, w *world) {
			random := rand.New(rand.NewPCG(seed, seed))
			story := randomStory{world: w, random: random, kinds: kinds}
			for range 300 {
				story.next(t)
				if random.IntN(3) == 0 {
					story.reconcile()
				}
			}
			synctest.Wait()
			story.requireRight(t)
			story.requireNothingLeft(t)
		})
	})
}

const randomPods = 12

// randomStory is something that happens, and something else.
type randomStory struct {
	*world
	random *rand.Rand
	kinds  []string
	looked [randomPods][]dependency.Entry
	// lines are what each Pod missed when it looked last, which it does when it is told to.
	lines [randomPods]string
}

func (s *randomStory) pod(i int) *corev1.Pod {
	return within([]string{"default", "identity", "other"}[i%3], onNode(fmt.Sprint("n", i%2), waitingPod(fmt.Sprint("app-", i))))
}

func (s *randomStory) next(t *testing.T) {
	t.Helper()
	i, ovs := s.random.IntN(randomPods), daemonSet()
	truth := s.random.IntN(2) == 0
	switch s.random.IntN(14) {
	case 0, 1, 2, 3:
		var texts []string
		for _, at := range s.random.Perm(len(s.kinds))[:1+s.random.IntN(4)] {
			texts = append(texts, s.kinds[at])
		}
		s.looked[i] = parse(t, texts...)
		s.lines[i] = s.now(s.pod(i), s.looked[i])
	case 4, 5:
		s.looked[i], s.lines[i] = nil, ""
		s.Forget(nameOf(s.pod(i)))
	case 6:
		s.cluster.put(endpoints(truth))
	case 7:
		s.cluster.put(podOf(ovs, fmt.Sprint("n", i%2), corev1.ConditionStatus(map[bool]string{true: "True", false: "False"}[truth])))
	case 8:
		s.cluster.put(sharing(map[bool]string{true: "*", false: "other"}[truth]))
	case 9:
		s.cluster.put(within("identity", job("migrate", int32(i%2))))
	case 10:
		s.cluster.remove(podOf(ovs, fmt.Sprint("n", i%2), "True"))
	case 11:
		s.cluster.put(within([]string{"default", "identity"}[i%2], ovs))
	case 12:
		refusals := []error{nil, nil, forbidden(), noMatch(), apierrors.NewInternalError(errors.New("away"))}
		s.cluster.refuse(nil, refusals[i%5], refusals[(i+1)%5])
		s.cluster.hangUp(map[bool]*metav1.Status{true: nil, false: expired()}[truth])
	case 13:
		pass(time.Duration(i) * 5 * time.Second)
	}
}

// reconcile lets those look who were told to, until nobody is told any more.
func (s *randomStory) reconcile() {
	for {
		synctest.Wait()
		told := s.told.take()
		if len(told) == 0 {
			return
		}
		for i, entries := range s.looked {
			if told[s.pod(i).Name] > 0 && entries != nil {
				s.lines[i] = s.now(s.pod(i), entries)
			}
		}
	}
}

// requireRight compares what every Pod saw when it looked last with what somebody sees who looks at the same cluster for the first time.
func (s *randomStory) requireRight(t *testing.T) {
	t.Helper()
	s.cluster.refuse(nil, nil, nil)
	pass(2 * maxPause)
	s.reconcile()
	fresh := &world{Watches: newWatches(s.cluster, func([]types.NamespacedName) {}, logr.Discard()), cluster: s.cluster}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- fresh.Start(ctx) }()
	for i, entries := range s.looked {
		require.Equal(t, fresh.look(t, s.pod(i), entries), s.lines[i], "Pod %d, which looked when it was told", i)
	}
	cancel()
	require.NoError(t, <-ended)
}

// requireNothingLeft lets all Pods go.
func (s *randomStory) requireNothingLeft(t *testing.T) {
	t.Helper()
	for i := range randomPods {
		s.Forget(nameOf(s.pod(i)))
	}
	pass(Linger + tidyEvery)
	require.Zero(t, s.Count())
	requireNothingKept(t, s.Watches)
	s.told.take()
	s.cluster.put(endpoints(true))
	synctest.Wait()
	require.Empty(t, s.told.take())
}
