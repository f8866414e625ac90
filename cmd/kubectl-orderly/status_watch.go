package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/go-logr/logr"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/klog/v2"
)

// watched is a scope whose objects are followed by watches of the API. The informers list again and reconnect where a watch breaks.
type watched struct {
	scope
	jobs, pods cache.SharedInformer
}

// signals are what watches say. Of several changes that nobody has looked at, one is left.
type signals struct {
	changed chan struct{}
	broken  chan error
}

func newSignals() signals {
	return signals{changed: make(chan struct{}, 1), broken: make(chan error, 1)}
}

// start watches a scope until the context ends. Other changes than those of the scope's objects may be signalled.
func (s scope) start(ctx context.Context, client kubernetes.Interface, say signals) (*watched, error) {
	w := &watched{scope: s}
	pods := client.CoreV1().Pods(s.namespace)
	var err error
	w.pods, err = inform(client, say, &corev1.Pod{}, &cache.ListWatch{
		ListWithContextFunc: func(ctx context.Context, o metav1.ListOptions) (runtime.Object, error) {
			return pods.List(ctx, restrict(o, s.pods.options()))
		},
		WatchFuncWithContext: func(ctx context.Context, o metav1.ListOptions) (watch.Interface, error) {
			return pods.Watch(ctx, restrict(o, s.pods.options()))
		},
	})
	if err != nil {
		return nil, err
	}
	informers := []cache.SharedInformer{w.pods}
	if s.kind == aJob {
		jobs := client.BatchV1().Jobs(s.namespace)
		w.jobs, err = inform(client, say, &batchv1.Job{}, &cache.ListWatch{
			ListWithContextFunc: func(ctx context.Context, o metav1.ListOptions) (runtime.Object, error) {
				return jobs.List(ctx, restrict(o, named(s.name)))
			},
			WatchFuncWithContext: func(ctx context.Context, o metav1.ListOptions) (watch.Interface, error) {
				return jobs.Watch(ctx, restrict(o, named(s.name)))
			},
		})
		if err != nil {
			return nil, err
		}
		informers = append(informers, w.jobs)
	}
	for _, informer := range informers {
		// What informers log would land in the middle of the story; what matters of it comes by say.broken.
		go informer.RunWithContext(klog.NewContext(ctx, logr.Discard()))
	}
	return w, nil
}

// restrict gives an informer's options the selectors of a query.
func restrict(o, query metav1.ListOptions) metav1.ListOptions {
	o.FieldSelector, o.LabelSelector = query.FieldSelector, query.LabelSelector
	return o
}

func inform(client kubernetes.Interface, say signals, object runtime.Object, lw *cache.ListWatch) (cache.SharedInformer, error) {
	informer := cache.NewSharedInformer(cache.ToListWatcherWithWatchListSemantics(lw, client), object, 0)
	changed := func() {
		select {
		case say.changed <- struct{}{}:
		default:
		}
	}
	_, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(any) { changed() },
		UpdateFunc: func(any, any) { changed() },
		DeleteFunc: func(any) { changed() },
	})
	if err != nil {
		return nil, fmt.Errorf("preparing to watch: %w", err)
	}
	err = informer.SetWatchErrorHandlerWithContext(func(_ context.Context, _ *cache.Reflector, err error) {
		if isOrdinary(err) {
			return
		}
		select {
		case say.broken <- err:
		default:
		}
	})
	if err != nil {
		return nil, fmt.Errorf("preparing to watch: %w", err)
	}
	return informer, nil
}

// isOrdinary reports whether an error is a part of the life of a watch: the API server ends each after a while.
func isOrdinary(err error) bool {
	return errors.Is(err, io.EOF) || apierrors.IsResourceExpired(err) || apierrors.IsGone(err) || errors.Is(err, context.Canceled)
}

// isFinal reports whether trying again is of no use.
func isFinal(err error) bool { return apierrors.IsForbidden(err) || apierrors.IsUnauthorized(err) }

// synced lists what has to be waited for until everything was seen once.
func (w *watched) synced() []<-chan struct{} {
	channels := []<-chan struct{}{w.pods.HasSyncedChecker().Done()}
	if w.jobs != nil {
		channels = append(channels, w.jobs.HasSyncedChecker().Done())
	}
	return channels
}

// found is how the objects stand, as far as the watches have told.
func (w *watched) found() found {
	f := found{scope: w.scope}
	if w.jobs != nil {
		objects := w.jobs.GetStore().List()
		at := slices.IndexFunc(objects, func(o any) bool {
			job, isJob := o.(*batchv1.Job)
			return isJob && job.UID == w.scope.pods.owner
		})
		if at >= 0 {
			f.job, _ = objects[at].(*batchv1.Job)
		}
	}
	var pods []corev1.Pod
	for _, object := range w.pods.GetStore().List() {
		if pod, isPod := object.(*corev1.Pod); isPod {
			pods = append(pods, *pod)
		}
	}
	f.pods = w.sorted(pods)
	return f
}
