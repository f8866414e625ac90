package certificates

import (
	"context"
	"fmt"
	"time"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

// propagation is how long after a change of the caBundle a replica goes on with the certificate that it has, as long as that
// one is covered too: API servers learn of the change by a watch, which takes a moment.
const propagation = 2 * time.Second

// maxPause bounds the time between two looks at the objects, should a watch miss something.
const maxPause = 10 * time.Minute

// reconciler makes Secret, caBundle and served certificate agree, in this order. Its client reads from the API server, not
// from a cache: deciding on an old Secret could take away what another replica is about to serve.
type reconciler struct {
	client  client.Client
	options Options
	serving *Serving
	now     func() time.Time

	// trusted is the caBundle that was last seen in place, since trustedSince. Only one reconciliation runs at a time.
	trusted      []byte
	trustedSince time.Time
}

// Reconcile implements [reconcile.Reconciler].
func (r *reconciler) Reconcile(ctx context.Context, _ reconcile.Request) (reconcile.Result, error) {
	pause, err := r.reconcile(ctx)
	switch {
	case apierrors.IsConflict(err), apierrors.IsAlreadyExists(err):
		log.FromContext(ctx).V(1).Info("another replica was quicker, looking again", "conflict", err.Error())
		return reconcile.Result{RequeueAfter: time.Millisecond}, nil
	case err != nil:
		return reconcile.Result{}, err
	}
	return reconcile.Result{RequeueAfter: min(max(pause, time.Millisecond), maxPause)}, nil
}

// reconcile returns when to look again.
//
// What goes wrong with the validating configuration is an error too, but does not end readiness: its webhooks only warn early, and
// are ignored when they cannot be called.
func (r *reconciler) reconcile(ctx context.Context) (time.Duration, error) {
	mutating, validating := &admissionregistrationv1.MutatingWebhookConfiguration{}, &admissionregistrationv1.ValidatingWebhookConfiguration{}
	exists, err := r.readConfiguration(ctx, mutating)
	if err != nil {
		return 0, err
	}
	if !exists {
		r.serving.unready(fmt.Errorf("the MutatingWebhookConfiguration %s does not exist", r.options.Configuration))
		return maxPause, nil
	}
	validates, unread := r.readConfiguration(ctx, validating)
	state, err := r.keepSecret(ctx, mutating)
	if err != nil {
		return 0, err
	}
	if err := r.keepBundle(ctx, mutating, state); err != nil {
		if !apierrors.IsConflict(err) {
			r.serving.unready(err)
		}
		return 0, err
	}
	r.noteTrusted(state.caBundle())
	pause := r.serve(ctx, state)
	if !validates {
		return pause, unread
	}
	return pause, r.keepBundle(ctx, validating, state)
}

// keepSecret returns the state in the Secret, after it has made or renewed what was due.
func (r *reconciler) keepSecret(ctx context.Context, configuration *admissionregistrationv1.MutatingWebhookConfiguration) (State, error) {
	secret := &corev1.Secret{}
	err := r.client.Get(ctx, client.ObjectKey{Namespace: r.options.Namespace, Name: r.options.Secret}, secret)
	absent := apierrors.IsNotFound(err)
	if err != nil && !absent {
		return State{}, fmt.Errorf("reading the Secret %s/%s: %w", r.options.Namespace, r.options.Secret, err)
	}
	now := r.now()
	current, err := decode(secret.Data)
	if err != nil {
		if !absent {
			log.FromContext(ctx).Error(err, "the Secret cannot be used, its contents are made anew")
		}
		current = State{Authorities: recoverAuthorities(trustedBy(configuration), now)}
	}
	next, changed, err := Next(current, r.options.Policy, now)
	if err != nil || !changed {
		return next, err
	}
	if secret.Data, err = next.encode(); err != nil {
		return State{}, err
	}
	return next, r.write(ctx, secret, next)
}

// write creates the Secret, or updates it if it is still the one that was read.
func (r *reconciler) write(ctx context.Context, secret *corev1.Secret, state State) error {
	act, did := r.client.Update, "renewed"
	if secret.ResourceVersion == "" {
		secret.ObjectMeta = metav1.ObjectMeta{Namespace: r.options.Namespace, Name: r.options.Secret}
		secret.Type = corev1.SecretTypeTLS
		act, did = r.createSecret, "created"
	}
	if err := act(ctx, secret); err != nil {
		return fmt.Errorf("writing the Secret %s/%s: %w", r.options.Namespace, r.options.Secret, err)
	}
	log.FromContext(ctx).Info("certificates "+did, "secret", client.ObjectKeyFromObject(secret),
		"validUntil", state.Leaf.NotAfter, "authorities", len(state.Authorities))
	return nil
}

func (r *reconciler) createSecret(ctx context.Context, secret client.Object, _ ...client.UpdateOption) error {
	return r.client.Create(ctx, secret)
}

// serve serves the leaf of a state whose authorities are in the caBundle, and returns when to look again.
func (r *reconciler) serve(ctx context.Context, state State) time.Duration {
	now := r.now()
	served := r.serving.leaf()
	wait := r.trustedSince.Add(propagation).Sub(now)
	if served != nil && !served.Equal(state.Leaf) && covers(state.Authorities, served, now) == nil && wait > 0 {
		return wait
	}
	r.serving.serve(state)
	if served == nil || !served.Equal(state.Leaf) {
		log.FromContext(ctx).Info("serving a certificate", "serialNumber", state.Leaf.SerialNumber, "validUntil", state.Leaf.NotAfter)
	}
	return r.options.Policy.Due(state).Sub(now)
}
