package teller

import (
	"context"
	"errors"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const (
	// firstRetry and lastRetry bound the pause after a write that failed, which doubles from one to the next.
	firstRetry, lastRetry = 100 * time.Millisecond, 10 * time.Second
	// maxRetries make about a minute, in which an API server is back that was restarted.
	maxRetries = 12
	// oneWrite bounds a request.
	oneWrite = 10 * time.Second
)

// work writes what is in the queue until that is shut down and empty, or the context ends.
func (t *Teller) work(ctx context.Context) {
	for {
		next, closed := t.queue.Get()
		if closed {
			return
		}
		t.settle(ctx, next)
		t.queue.Done(next)
	}
}

// settle writes one Event, or sees to it that it is tried again, or gives it up.
func (t *Teller) settle(ctx context.Context, i *item) {
	if t.rate.Wait(ctx) != nil {
		t.giveUp(i, "Ended before all Events were written, dropped one")
		return
	}
	err := t.write(ctx, i.event)
	switch {
	case wasSaid(err):
		t.done(i)
	case canNeverBeSaid(err):
		t.log.V(1).Info("Dropped an Event of a namespace that is gone", "namespace", i.event.Namespace, "event", i.event.Name)
		t.done(i)
	case apierrors.IsNotFound(err):
		// No such namespace would be said of the namespace; this API server knows no Events, or something before it answers in its place.
		t.giveUp(i, "The API server does not know Events, dropped one", "error", err.Error())
	case apierrors.IsInvalid(err):
		// The next time it would be refused again.
		t.log.Info("An Event was refused", "namespace", i.event.Namespace, "event", i.event.Name, "error", err.Error())
		t.done(i)
	case t.queue.NumRequeues(i) >= maxRetries:
		t.giveUp(i, "Could not write an Event, dropped it", "error", err.Error())
	default:
		t.queue.AddRateLimited(i)
	}
}

func (t *Teller) write(ctx context.Context, event *eventsv1.Event) error {
	ctx, cancel := context.WithTimeout(ctx, oneWrite)
	defer cancel()
	_, err := t.client.Events(event.Namespace).Create(ctx, event, metav1.CreateOptions{})
	if t.Wrote != nil {
		t.Wrote(err)
	}
	return err
}

func (t *Teller) done(i *item) {
	t.queue.Forget(i)
	t.pending.Add(-1)
}

// giveUp drops an Event, which may be told again when its Pod is next looked at.
func (t *Teller) giveUp(i *item, message string, keysAndValues ...any) {
	t.done(i)
	t.forget(i)
	// At most once a minute: what is wrong with one Event is mostly wrong with thousands.
	if t.complaints.TryAccept() {
		t.log.Info(message, slices.Concat([]any{"namespace", i.event.Namespace, "event", i.event.Name, "reason", i.event.Reason}, keysAndValues)...)
	}
}

// wasSaid reports whether the Event is there: written now, by an attempt whose answer was lost, or by another companion.
func wasSaid(err error) bool { return err == nil || apierrors.IsAlreadyExists(err) }

// canNeverBeSaid reports whether nobody would read it: its namespace is gone or going.
func canNeverBeSaid(err error) bool {
	if apierrors.HasStatusCause(err, corev1.NamespaceTerminatingCause) {
		return true
	}
	var status apierrors.APIStatus
	if !apierrors.IsNotFound(err) || !errors.As(err, &status) {
		return false
	}
	details := status.Status().Details
	return details != nil && details.Kind == "namespaces"
}
