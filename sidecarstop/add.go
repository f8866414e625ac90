package sidecarstop

import (
	"errors"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

// Name is the loop's in logs, metrics and as the reporter of its Events.
const Name = "orderly-sidecarstop"

const (
	// workers is how many Pods are patched at the same time. A patch takes a few milliseconds, nearly all of it waiting
	// for the API server, so that ten keep up with some thousand Pods a second.
	workers = 10
	// firstRetry and lastRetry bound the pause after a refused patch, which doubles from one refusal to the next.
	firstRetry = 5 * time.Millisecond
	lastRetry  = time.Minute
)

// Add makes a manager run the loop. The manager's cache must be made with [CacheOptions]. The image that
// sidecars are swapped to is nopImage.
func Add(mgr manager.Manager, nopImage string) error {
	if nopImage == "" {
		return errors.New("the nop image is empty: name the image that sidecars are swapped to")
	}
	err := builder.ControllerManagedBy(mgr).
		Named(Name).
		For(&corev1.Pod{}, builder.WithPredicates(needsWork(nopImage))).
		WithOptions(controller.Options{
			MaxConcurrentReconciles: workers,
			// Per Pod only: the default also limits all retries together, and then one Pod's trouble is everyone's.
			RateLimiter: workqueue.NewTypedItemExponentialFailureRateLimiter[reconcile.Request](firstRetry, lastRetry),
		}).
		Complete(&Reconciler{
			Client:   mgr.GetClient(),
			Events:   mgr.GetEventRecorder(Name),
			NopImage: nopImage,
		})
	if err != nil {
		return fmt.Errorf("adding the loop to the manager: %w", err)
	}
	return nil
}

// needsWork lets a change of a Pod through when something is to be done for it. It asks the same function that the
// reconciler asks, so the two cannot disagree on which changes matter.
func needsWork(nopImage string) predicate.Predicate {
	return predicate.NewPredicateFuncs(func(object client.Object) bool {
		pod, isPod := object.(*corev1.Pod)
		return isPod && !Decide(pod, nopImage).IsNothing()
	})
}
