package sidecarstop

import (
	"context"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

// alarm puts Pods into the queue of the controller whose dependencies have changed.
type alarm struct {
	arrivals *arrivals

	mutex sync.Mutex
	queue workqueue.TypedRateLimitingInterface[reconcile.Request]
}

// start is told the queue.
func (a *alarm) start(_ context.Context, queue workqueue.TypedRateLimitingInterface[reconcile.Request]) error {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	a.queue = queue
	return nil
}

// wake lets Pods be looked at again. Before there is a queue nothing is lost: every Pod is put into it at the beginning.
func (a *alarm) wake(pods []types.NamespacedName) {
	a.mutex.Lock()
	queue := a.queue
	a.mutex.Unlock()
	if queue == nil {
		return
	}
	now := time.Now()
	for _, pod := range pods {
		a.arrivals.note(pod, now)
		queue.Add(reconcile.Request{NamespacedName: pod})
	}
}

// news lets every change of a Pod through, and notes when it came. What is read again without a change is no news.
func (a *alarm) news() predicate.Predicate {
	came := func(object client.Object) bool {
		a.arrivals.note(client.ObjectKeyFromObject(object), time.Now())
		return true
	}
	return predicate.Funcs{
		CreateFunc: func(e event.CreateEvent) bool { return came(e.Object) },
		UpdateFunc: func(e event.UpdateEvent) bool {
			return e.ObjectOld.GetResourceVersion() != e.ObjectNew.GetResourceVersion() && came(e.ObjectNew)
		},
		DeleteFunc: func(e event.DeleteEvent) bool { return came(e.Object) },
	}
}
