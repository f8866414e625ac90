package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	corev1client "k8s.io/client-go/kubernetes/typed/core/v1"

	"orderly.dev/mutate/contract"
)

// flip is a Pod's READY, as a watch saw it.
type flip struct {
	at time.Time
	// by is the replica that wrote it.
	by string
}

// flips watches the Pods of a namespace for their READY.
type flips struct {
	mutex sync.Mutex
	seen  map[string]flip
	// changed is closed when there is one more, or err is set: nothing is seen any more.
	changed chan struct{}
	err     error
}

// watchFlips watches from now on until the context is done.
func watchFlips(ctx context.Context, client kubernetes.Interface, namespace string) (*flips, error) {
	list, err := client.CoreV1().Pods(namespace).List(ctx, metav1.ListOptions{Limit: 1})
	if err != nil {
		return nil, err
	}
	f := &flips{seen: map[string]flip{}, changed: make(chan struct{})}
	go func() { f.end(f.follow(ctx, client.CoreV1().Pods(namespace), list.ResourceVersion)) }()
	return f, nil
}

// follow watches from a version on. The API server cuts a watch whose reader it takes for too slow, as on a busy machine; then another goes
// on where it was.
func (f *flips) follow(ctx context.Context, pods corev1client.PodInterface, version string) error {
	for ctx.Err() == nil {
		watch, err := pods.Watch(ctx, metav1.ListOptions{ResourceVersion: version})
		if err != nil {
			return fmt.Errorf("watching Pods: %w", err)
		}
		for event := range watch.ResultChan() {
			pod, is := event.Object.(*corev1.Pod)
			if !is {
				return fmt.Errorf("watching Pods: %w", apierrors.FromObject(event.Object))
			}
			version = pod.ResourceVersion
			if pod.Annotations[contract.AnnotationReady] == contract.ReadyValue {
				f.add(pod, time.Now())
			}
		}
	}
	return ctx.Err()
}

func (f *flips) add(pod *corev1.Pod, at time.Time) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if _, known := f.seen[pod.Name]; known {
		return
	}
	f.seen[pod.Name] = flip{at: at, by: writer(pod)}
	close(f.changed)
	f.changed = make(chan struct{})
}

func (f *flips) end(err error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.err = err
	close(f.changed)
}

// writer is who wrote the annotation, by the name that the API server notes of each writer.
func writer(pod *corev1.Pod) string {
	for _, entry := range pod.ManagedFields {
		if entry.FieldsV1 != nil && strings.Contains(string(entry.FieldsV1.GetRawBytes()), `"f:`+contract.AnnotationReady+`"`) {
			return entry.Manager
		}
	}
	return ""
}

// at is when the Pod was seen to be READY, and the zero time if it was not.
func (f *flips) at(name string) time.Time {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return f.seen[name].at
}

// await waits until what was seen is enough.
func (f *flips) await(ctx context.Context, what string, enough func(seen map[string]flip) bool) error {
	deadline := time.After(patience)
	for {
		f.mutex.Lock()
		done, count, changed, err := enough(f.seen), len(f.seen), f.changed, f.err
		f.mutex.Unlock()
		switch {
		case done:
			return nil
		case err != nil:
			return fmt.Errorf("waiting for %s: %w", what, err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-deadline:
			return fmt.Errorf("not within %v: %s; %d Pods are READY", patience, what, count)
		case <-changed:
		}
	}
}

// awaitPods waits until all these Pods are READY.
func (f *flips) awaitPods(ctx context.Context, pods ...*corev1.Pod) error {
	return f.await(ctx, fmt.Sprintf("READY of %d Pods from %s on", len(pods), pods[0].Name), func(seen map[string]flip) bool {
		return !slices.ContainsFunc(pods, func(pod *corev1.Pod) bool { return seen[pod.Name].at.IsZero() })
	})
}

// awaitWriter waits until that replica has written READY, and tells when it first did.
func (f *flips) awaitWriter(ctx context.Context, replica string) (time.Time, error) {
	var first time.Time
	err := f.await(ctx, "READY by "+replica, func(seen map[string]flip) bool {
		for _, one := range seen {
			if one.by == replica && (first.IsZero() || one.at.Before(first)) {
				first = one.at
			}
		}
		return !first.IsZero()
	})
	return first, err
}
