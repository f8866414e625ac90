package watch

import (
	"context"
	"errors"
	"time"

	"github.com/go-logr/logr"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/tools/cache"
	"k8s.io/klog/v2"

	"orderly.dev/sidecarstop/gate"
)

// watch is one watch of the API server, and who looks at it.
type watch struct {
	interest gate.Interest
	objects  *objects

	// What follows is guarded by the lock of the [Watches].

	// close ends it. Before it is opened there is nothing to end.
	close context.CancelFunc
	// waiters are the Pods that look at each part.
	waiters map[part]map[*waiter]struct{}
	// namespaces are those of the Pods, and how many Pods each has. One that lingers has 0.
	namespaces map[string]int
}

func (w *Watches) newWatch(interest gate.Interest) *watch {
	made := &watch{interest: interest, close: func() {}, waiters: map[part]map[*waiter]struct{}{}, namespaces: map[string]int{}}
	made.objects = newObjects(reducing(interest), &w.bytes, func(nodes ...part) { w.notices.add(made, nodes...) })
	return made
}

func (w *watch) add(waiting *waiter, looked part) {
	if w.waiters[looked] == nil {
		w.waiters[looked] = map[*waiter]struct{}{}
	}
	w.waiters[looked][waiting] = struct{}{}
}

func (w *watch) remove(waiting *waiter, looked part) {
	delete(w.waiters[looked], waiting)
	if len(w.waiters[looked]) == 0 {
		delete(w.waiters, looked)
	}
}

// openAll opens what was looked at before there was a context.
func (w *Watches) openAll(ctx context.Context) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.running = ctx
	for _, watch := range w.watches {
		w.open(watch)
	}
}

// patience is how long the end waits for watches. A reflector that makes a pause before it asks for a list again is not woken by its context
// (client-go, Reflector.watchList), and nobody who waits for the companion to leave should wait for that.
const patience = time.Second

// closeAll ends every watch. The context has ended, so none is opened any more by who comes for the lock after this.
func (w *Watches) closeAll() {
	w.mu.Lock()
	for _, watch := range w.watches {
		watch.close()
	}
	w.mu.Unlock()
	ended := make(chan struct{})
	go func() {
		w.workers.Wait()
		close(ended)
	}()
	select {
	case <-ended:
	case <-time.After(patience):
	}
}

// open begins to watch, in a goroutine of its own, where there is a context and as long as it lasts.
func (w *Watches) open(watch *watch) {
	if w.running == nil || w.running.Err() != nil {
		return
	}
	ctx, cancel := context.WithCancel(w.running)
	watch.close = cancel
	runner := runner{source: w.source, interest: watch.interest, objects: watch.objects, logger: w.logger}
	w.workers.Go(func() { runner.run(ctx) })
}

// retries are the pauses between attempts: 1 s, 2 s, 4 s … 20 s, each up to half as long again, so that many watches do not come at once.
var retries = wait.Backoff{Duration: time.Second, Factor: 2, Jitter: 0.5, Steps: 10, Cap: 20 * time.Second}

// seldom is how many times longer the pause is when there was too much to keep: then each attempt reads all of it for nothing.
const seldom = 8

// steady is how long an attempt must have lasted for the pauses to begin anew.
const steady = time.Minute

// runner keeps one watch going, from its own goroutine.
type runner struct {
	source   source
	interest gate.Interest
	objects  *objects
	logger   logr.Logger
	// opened is what the source gave, and reflector what reads from it. They are kept from one attempt to the next, so that no attempt shows less than
	// the one before had seen, until the kind itself is gone.
	opened    opened
	reflector *cache.Reflector
}

// run tries until the context is done.
func (r *runner) run(ctx context.Context) {
	// What the reflector tells operators about each attempt is for developers here: the Pods say what is in their way.
	ctx = klog.NewContext(ctx, r.logger.V(1))
	defer r.objects.end()
	pause := retries.DelayFunc()
	for {
		began := time.Now()
		err := r.attempt(ctx)
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			r.fail(err)
		}
		if refused := refusal(""); errors.As(err, &refused) {
			<-ctx.Done()
			return
		}
		if time.Since(began) > steady {
			pause = retries.DelayFunc()
		}
		next := pause()
		if tooLarge := overflow(""); errors.As(err, &tooLarge) {
			next *= seldom
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(next):
		}
	}
}

// attempt watches as long as that goes well. It ends without an error when the list must be read again.
func (r *runner) attempt(ctx context.Context) error {
	if r.reflector == nil {
		opened, err := r.source.open(r.interest)
		if err != nil {
			return err
		}
		r.opened = opened
		r.reflector = cache.NewReflectorWithOptions(r.observed(opened.listWatch), nil, r.objects, cache.ReflectorOptions{
			Name: "wait-for", TypeDescription: opened.resource.String(), Backoff: &retries,
		})
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	r.objects.begin(cancel)
	err := r.reflector.ListAndWatchWithContext(ctx)
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return err
}

// fail makes an error an obstacle where it is one, and gives up the reflector where the kind may be another one next time.
func (r *runner) fail(err error) {
	o := obstacleOf(err, r.interest, r.opened.resource)
	if r.objects.fail(o) {
		r.logger.V(1).Info("Cannot watch what Pods wait for", "kind", r.interest.Kind.String(), "namespace", r.interest.Namespace,
			"obstacle", o.text, "error", err.Error())
	}
	if meta.IsNoMatchError(err) || apierrors.IsNotFound(err) {
		r.reflector = nil
	}
}
