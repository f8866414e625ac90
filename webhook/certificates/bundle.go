package certificates

import (
	"bytes"
	"context"
	"fmt"
	"reflect"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"
)

// A configuration here is a MutatingWebhookConfiguration or a ValidatingWebhookConfiguration. Both have the same name.
const (
	kindMutating   = "MutatingWebhookConfiguration"
	kindValidating = "ValidatingWebhookConfiguration"
)

// readConfiguration reads the configuration of the object's kind, and reports whether it exists.
func (r *reconciler) readConfiguration(ctx context.Context, into client.Object) (bool, error) {
	err := r.client.Get(ctx, client.ObjectKey{Name: r.options.Configuration}, into)
	if apierrors.IsNotFound(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("reading the %s %s: %w", kindOf(into), r.options.Configuration, err)
	}
	return true, nil
}

// keepBundle puts the authorities of the state into every webhook of the configuration, and leaves the rest of it alone. It
// fails with a conflict if the configuration has changed since it was read.
func (r *reconciler) keepBundle(ctx context.Context, configuration client.Object, state State) error {
	changed := configuration.DeepCopyObject().(client.Object)
	for _, to := range clientConfigs(changed) {
		to.CABundle = state.caBundle()
	}
	if reflect.DeepEqual(configuration, changed) {
		return nil
	}
	patch := client.StrategicMergeFrom(configuration, client.MergeFromWithOptimisticLock{})
	if err := r.client.Patch(ctx, changed, patch); err != nil {
		return fmt.Errorf("patching the caBundle of the %s %s: %w", kindOf(configuration), configuration.GetName(), err)
	}
	log.FromContext(ctx).Info("caBundle set", "kind", kindOf(configuration), "configuration", configuration.GetName(),
		"authorities", len(state.Authorities))
	return nil
}

// noteTrusted remembers since when the API servers may know the bundle.
func (r *reconciler) noteTrusted(bundle []byte) {
	if !bytes.Equal(r.trusted, bundle) {
		r.trusted, r.trustedSince = bundle, r.now()
	}
}

// trustedBy is the caBundle in place: all webhooks of the configuration have the same one.
func trustedBy(configuration client.Object) []byte {
	for _, to := range clientConfigs(configuration) {
		if len(to.CABundle) > 0 {
			return to.CABundle
		}
	}
	return nil
}

// clientConfigs says, for each webhook of a configuration, how the API server reaches it.
func clientConfigs(configuration client.Object) []*admissionregistrationv1.WebhookClientConfig {
	var list []*admissionregistrationv1.WebhookClientConfig
	switch c := configuration.(type) {
	case *admissionregistrationv1.MutatingWebhookConfiguration:
		for i := range c.Webhooks {
			list = append(list, &c.Webhooks[i].ClientConfig)
		}
	case *admissionregistrationv1.ValidatingWebhookConfiguration:
		for i := range c.Webhooks {
			list = append(list, &c.Webhooks[i].ClientConfig)
		}
	}
	return list
}

func kindOf(configuration client.Object) string {
	if _, mutating := configuration.(*admissionregistrationv1.MutatingWebhookConfiguration); mutating {
		return kindMutating
	}
	return kindValidating
}
