package sidecarstop

import (
	"errors"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	typedeventsv1 "k8s.io/client-go/kubernetes/typed/events/v1"
	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/metrics"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"orderly.dev/sidecarstop/ending"
	"orderly.dev/sidecarstop/meter"
	"orderly.dev/sidecarstop/voice/teller"
	"orderly.dev/sidecarstop/watch"
)

// Name is the loop's in logs, metrics and as the reporter of its Events.
const Name = "orderly-sidecarstop"

const (
	// workers is how many Pods are patched at the same time. A patch takes a few milliseconds, nearly all of it waiting for the API server. When that
	// is slow, the Pods that nothing is wrong with should not queue behind it.
	workers = 50
	// firstRetry and lastRetry bound the pause after a refused patch, which doubles from one refusal to the next.
	firstRetry = 5 * time.Millisecond
	lastRetry  = time.Minute
)

// Options is how the loop runs.
type Options struct {
	// Settings are about ending Pods. The nop image is required.
	Settings ending.Settings
	// Resources are the kinds that the operator lets Pods wait for beside those of Kubernetes, such as foos.stable.example.com. None is the default.
	Resources []schema.GroupResource
	// Instance is the name of this replica in Events. Empty: that of the loop.
	Instance string
}

// Add makes a manager run the loop. The manager's cache must be made with [CacheOptions]. With leader election only the leader acts.
// Another replica's cache can be warm, but not its queue, in which all Pods that there ever were would gather.
func Add(mgr manager.Manager, options Options) error {
	if options.Settings.NopImage == "" {
		return errors.New("the nop image is empty: name the image that sidecars are swapped to")
	}
	if err := add(mgr, options); err != nil {
		return fmt.Errorf("adding the loop to the manager: %w", err)
	}
	return nil
}

func add(mgr manager.Manager, options Options) error {
	loop := &Reconciler{Client: mgr.GetClient(), Live: mgr.GetAPIReader(), Settings: options.Settings}
	alarm := &alarm{arrivals: &loop.arrivals}
	watches, err := watch.New(watch.Options{
		Config: mgr.GetConfig(), Mapper: mgr.GetRESTMapper(), Notify: alarm.wake, Resources: options.Resources, Logger: mgr.GetLogger(),
	})
	if err != nil {
		return err
	}
	if loop.Meter, err = meter.New(metrics.Registry, watches.Count); err != nil {
		return err
	}
	events, err := typedeventsv1.NewForConfigAndClient(mgr.GetConfig(), mgr.GetHTTPClient())
	if err != nil {
		return err
	}
	says := teller.New(events, Name, options.Instance, mgr.GetLogger())
	says.Wrote = func(err error) { loop.Meter.Wrote(meter.Event, err) }
	loop.Watches, loop.Teller = watches, says
	return errors.Join(mgr.Add(watches), mgr.Add(says), addController(mgr, loop, alarm))
}

func addController(mgr manager.Manager, loop *Reconciler, alarm *alarm) error {
	return builder.ControllerManagedBy(mgr).
		Named(Name).
		For(&corev1.Pod{}, builder.WithPredicates(alarm.news())).
		WatchesRawSource(source.Func(alarm.start)).
		WithOptions(controller.Options{
			MaxConcurrentReconciles: workers,
			// Per Pod only: the default also limits all retries together, and then one Pod's trouble is everyone's.
			RateLimiter: workqueue.NewTypedItemExponentialFailureRateLimiter[reconcile.Request](firstRetry, lastRetry),
		}).
		Complete(loop)
}
