package teller

import (
	"context"
	"math"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	typedeventsv1 "k8s.io/client-go/kubernetes/typed/events/v1"
	"k8s.io/client-go/util/flowcontrol"
	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/manager"

	"orderly.dev/sidecarstop/voice"
)

const (
	// maxPending bounds the Events that wait to be written. Each is about 1 KiB.
	maxPending = 10_000
	// maxPerPod bounds what is said about one Pod within sharedFor: with orderly.dev/events: all, three Events for each of a hundred steps. An API server
	// keeps Events for an hour by default, so that at any time there are at most twice as many.
	maxPerPod = 300
	// maxWarnings is the same for a Warning, for which there is room when the Pod has had its share of others. What is said about the Job is a word or two
	// for each Pod, and is always said.
	maxWarnings = 400
	sharedFor   = time.Hour
	// maxRemembered is how many Events are remembered as said at least, and at most twice as many: all that is said by default about 10,000 Pods.
	maxRemembered = 50_000
	// perSecond and burst bound what is written: five Events each for two hundred Pods a second.
	perSecond, burst = 1000, 2000
	// workers write at the same time. A write takes some milliseconds, nearly all of it waiting for the API server.
	workers = 10
	// drainFor is how long a companion that ends goes on writing. It holds the lease meanwhile, and the next one waits for that.
	drainFor = time.Second
)

// batchGroup is the group of Jobs, of whatever version.
const batchGroup = "batch/"

// item is an Event that waits to be written.
type item struct {
	event *eventsv1.Event
	pod   types.UID
	what  fingerprint
}

// share is how many Events a Pod has had since a time.
type share struct {
	since time.Time
	count int
	// complained says that there was more to say.
	complained bool
}

// Teller writes Events. Make one with [New], and add it to a manager, or call [Teller.Start].
type Teller struct {
	// Wrote is told what came of each request to the API server. nil is nobody. It is set before Start.
	Wrote func(err error)

	client               typedeventsv1.EventsV1Interface
	controller, instance string
	log                  logr.Logger
	queue                workqueue.TypedRateLimitingInterface[*item]
	rate                 flowcontrol.RateLimiter
	pending              atomic.Int64
	complaints           flowcontrol.PassiveRateLimiter

	mutex sync.Mutex
	said  recent[fingerprint, struct{}]
	told  recent[types.UID, share]
}

var _ manager.Runnable = (*Teller)(nil)

// New makes a Teller that reports as this controller, such as "orderly-sidecarstop", and this instance of it, which is the name of the companion's own Pod.
// An instance without a name has the controller's.
func New(client typedeventsv1.EventsV1Interface, controller, instance string, log logr.Logger) *Teller {
	return &Teller{
		client: client, controller: controller, instance: reporter(instance, controller), log: log,
		queue: workqueue.NewTypedRateLimitingQueue(
			workqueue.NewTypedItemExponentialFailureRateLimiter[*item](firstRetry, lastRetry)),
		rate:       flowcontrol.NewTokenBucketRateLimiter(perSecond, burst),
		complaints: flowcontrol.NewTokenBucketPassiveRateLimiter(1.0/60, 1),
		said:       makeRecent[fingerprint, struct{}](maxRemembered),
		told:       makeRecent[types.UID, share](maxRemembered),
	}
}

// Tell says these Events about a Pod, but for those that were said. Those for the owner are said about it where it is a Job, and dropped where it is
// something else or nothing. Tell never waits, and may be called before Start and from many goroutines.
func (t *Teller) Tell(pod *corev1.Pod, owner *metav1.OwnerReference, all []voice.Event) {
	for _, e := range all {
		if e.On == voice.OnOwner && !isJob(owner) {
			continue
		}
		i := &item{pod: pod.UID, what: fingerprintOf(pod.UID, e)}
		if !t.isNew(i, shareFor(e), pod) {
			continue
		}
		i.event = t.describe(pod, owner, e)
		if t.pending.Add(1) > maxPending {
			t.giveUp(i, "Too many Events wait to be written, dropped one")
			continue
		}
		t.queue.Add(i)
	}
}

func isJob(owner *metav1.OwnerReference) bool {
	return owner != nil && owner.Kind == "Job" && strings.HasPrefix(owner.APIVersion, batchGroup)
}

// shareFor is how many Events a Pod may have had before one like this.
func shareFor(e voice.Event) int {
	switch {
	case e.On == voice.OnOwner:
		return math.MaxInt
	case e.Warning:
		return maxWarnings
	}
	return maxPerPod
}

// isNew notes that something is about to be said, and reports whether it was not said before and the Pod has not had its share.
func (t *Teller) isNew(i *item, most int, pod *corev1.Pod) bool {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if _, was := t.said.get(i.what); was {
		return false
	}
	had, known := t.told.get(i.pod)
	if now := time.Now(); !known || now.Sub(had.since) > sharedFor {
		had = share{since: now}
	}
	if had.count >= most {
		t.complainOnce(pod, had)
		return false
	}
	had.count++
	t.told.put(i.pod, had)
	t.said.put(i.what, struct{}{})
	return true
}

// complainOnce logs the first time that something is not said because the Pod has had its share.
func (t *Teller) complainOnce(pod *corev1.Pod, had share) {
	if had.complained {
		return
	}
	had.complained = true
	t.told.put(pod.UID, had)
	if t.complaints.TryAccept() {
		t.log.Info("A Pod has had its share of Events, dropped one", "namespace", pod.Namespace, "pod", pod.Name)
	}
}

// forget makes it possible to say something again that was not written.
func (t *Teller) forget(i *item) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.said.remove(i.what)
	if had, known := t.told.get(i.pod); known && had.count > 0 {
		had.count--
		t.told.put(i.pod, had)
	}
}

// Start writes until the context ends, and then what is left, for a second at most. It returns nil.
func (t *Teller) Start(ctx context.Context) error {
	// Writing outlives the context that ends it.
	writing, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	var group sync.WaitGroup
	for range workers {
		group.Go(func() { t.work(writing) })
	}
	<-ctx.Done()
	timer := time.AfterFunc(drainFor, func() {
		stop()
		t.queue.ShutDown()
	})
	defer timer.Stop()
	t.queue.ShutDownWithDrain()
	group.Wait()
	return nil
}
