package watch

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/rest"

	"orderly.dev/mutate/dependency"
	"orderly.dev/sidecarstop/gate"
)

// Options is what [New] needs.
type Options struct {
	// Config says how to reach the API server. Required.
	Config *rest.Config
	// Mapper knows the kinds of the cluster, those too that are installed later, as that of a controller-runtime manager does. It is asked in
	// goroutines of its own, so it may talk to the API server. Required.
	Mapper meta.RESTMapper
	// Notify is told Pods for which [Watches.Look] may answer something else now, perhaps the same Pod twice. There is one call at a time. It may call
	// Look; while it runs, others are not told. Required.
	Notify func(pods []types.NamespacedName)
	// Resources are kinds of package gate's own, such as jobs.batch, that the operator listed for entries of the kind resource. Without any, only kinds
	// that the companion has no right to by itself can be seen in that way, and its rights say which.
	Resources []schema.GroupResource
	// Logger takes what developers may want to know; a Pod that waits says itself what is in its way. The zero value is none.
	Logger logr.Logger
}

// Watches keeps one watch for each [gate.Interest] that any Pod has. It is made by [New], and can be used by any number of goroutines.
type Watches struct {
	source  source
	notify  func([]types.NamespacedName)
	logger  logr.Logger
	notices notices
	// bytes are those of all objects that are kept.
	bytes atomic.Int64

	mu sync.Mutex
	// running is the context of [Watches.Start], nil before.
	running context.Context
	workers sync.WaitGroup
	watches map[gate.Interest]*watch
	waiters map[types.NamespacedName]*waiter
	holds   holds
	// refused are Pods that found no room; they are told when there may be some.
	refused map[types.NamespacedName]struct{}
}

// New makes Watches without any watch. They begin to work with [Watches.Start]; what is looked at before is opened then.
func New(options Options) (*Watches, error) {
	if options.Config == nil || options.Mapper == nil || options.Notify == nil {
		return nil, errors.New("making watches: Config, Mapper and Notify are all needed")
	}
	cluster, err := newCluster(options)
	if err != nil {
		return nil, err
	}
	return newWatches(cluster, options.Notify, options.Logger), nil
}

func newWatches(source source, notify func([]types.NamespacedName), logger logr.Logger) *Watches {
	if logger.GetSink() == nil {
		logger = logr.Discard()
	}
	return &Watches{
		source: source, notify: notify, logger: logger, notices: newNotices(),
		watches: map[gate.Interest]*watch{}, waiters: map[types.NamespacedName]*waiter{},
		holds: newHolds(), refused: map[types.NamespacedName]struct{}{},
	}
}

// Start works until the context is done; then it ends every watch, for which it waits a second at most. It may be called once. With that a Watches is
// a manager.Runnable of controller-runtime.
func (w *Watches) Start(ctx context.Context) error {
	w.openAll(ctx)
	tidy := time.NewTicker(tidyEvery)
	defer tidy.Stop()
	for {
		select {
		case <-ctx.Done():
			w.closeAll()
			return nil
		case <-w.notices.ring:
			w.tell(w.whoLooksAt(w.notices.take()))
		case <-tidy.C:
			w.tell(w.tidy())
		}
	}
}

// NeedLeaderElection says that only the companion that leads has watches: nobody else looks.
func (w *Watches) NeedLeaderElection() bool { return true }

// Look says what the watches show of everything that the entries of a Pod need, opens those that are missing, and lets those go that the Pod had and
// needs no more. It does not wait for the API server. What is not in the Sight is not known yet; the Pod is told to look again ([Options.Notify])
// when it is, and whenever something in the Sight changes. Of the Pod it reads namespace, name and node. The Sight is the caller's; the objects in
// it are shared and must not be changed.
func (w *Watches) Look(pod *corev1.Pod, entries []dependency.Entry) gate.Sight {
	name := types.NamespacedName{Namespace: pod.Namespace, Name: pod.Name}
	w.mu.Lock()
	defer w.mu.Unlock()
	waiting, known := w.waiters[name]
	if !known {
		waiting = &waiter{name: name}
	}
	delete(w.refused, name)
	look := look{watches: w, waiter: waiting, sight: gate.Sight{}, parts: map[gate.Interest]part{}}
	for look.widen(pod, entries) {
	}
	w.letGo(waiting, func(h hold) bool { _, needed := look.parts[h.watch.interest]; return !needed })
	w.remember(waiting)
	return look.sight
}

// Forget lets go everything that a Pod looked at: it is gone, or waits no more. A Pod that is not known is no error.
func (w *Watches) Forget(pod types.NamespacedName) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.refused, pod)
	if waiting, known := w.waiters[pod]; known {
		w.letGo(waiting, func(hold) bool { return true })
		w.remember(waiting)
	}
}

// Count says how many watches there are, those included that linger.
func (w *Watches) Count() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.watches)
}

// tell passes Pods on, with no lock held.
func (w *Watches) tell(pods []types.NamespacedName) {
	if len(pods) > 0 {
		w.notify(pods)
	}
}
