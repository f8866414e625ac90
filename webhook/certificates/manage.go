package certificates

import (
	"context"
	"fmt"
	"time"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	"sigs.k8s.io/controller-runtime/pkg/source"
)

// Options name the objects that certificates live in.
type Options struct {
	// Namespace and Secret name the Secret, of type kubernetes.io/tls. It is created where it does not exist.
	Namespace, Secret string
	// Configuration is the name of the MutatingWebhookConfiguration and of the ValidatingWebhookConfiguration, all of whose
	// webhooks get the caBundle. The second one need not exist.
	Configuration string
	// Policy says what certificates are made and how long they live.
	Policy Policy
}

// A failed reconciliation, such as for want of a right, is tried again after minRetry, then later and later, up to maxRetry.
const (
	minRetry = 50 * time.Millisecond
	maxRetry = 10 * time.Second
)

// Manage keeps certificates by the manager, in every replica, and hands them to serving. It needs the rights to get, list, watch, create and
// update the one Secret, and to get, list, watch and patch the two webhook configurations.
func Manage(mgr manager.Manager, serving *Serving, options Options) error {
	live, err := client.New(mgr.GetConfig(), client.Options{HTTPClient: mgr.GetHTTPClient(), Scheme: mgr.GetScheme(), Mapper: mgr.GetRESTMapper()})
	if err != nil {
		return fmt.Errorf("making a client for certificates: %w", err)
	}
	secret, configurations := watched(options)
	watch, err := newWatch(mgr, secret, configurations)
	if err != nil {
		return err
	}
	r := &reconciler{client: live, options: options, serving: serving, now: time.Now}
	b := builder.ControllerManagedBy(mgr).
		Named("certificates").
		WatchesRawSource(source.Kind[client.Object](watch, secret, wake()))
	for _, configuration := range configurations {
		b = b.WatchesRawSource(source.Kind[client.Object](watch, configuration, wake()))
	}
	return b.
		WithOptions(controller.Options{
			NeedLeaderElection: new(false),
			RateLimiter:        workqueue.NewTypedItemExponentialFailureRateLimiter[reconcile.Request](minRetry, maxRetry),
		}).
		Complete(r)
}

// watched returns the objects by name. Only their metadata is watched, which tells of every change and keeps private keys
// out of the cache.
func watched(options Options) (secret *metav1.PartialObjectMetadata, configurations []*metav1.PartialObjectMetadata) {
	secret = &metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{Namespace: options.Namespace, Name: options.Secret}}
	secret.SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind("Secret"))
	for _, kind := range []string{kindMutating, kindValidating} {
		configuration := &metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{Name: options.Configuration}}
		configuration.SetGroupVersionKind(admissionregistrationv1.SchemeGroupVersion.WithKind(kind))
		configurations = append(configurations, configuration)
	}
	return secret, configurations
}

// newWatch makes a cache that watches nothing but these objects, so that rights restricted to their names suffice.
func newWatch(mgr manager.Manager, secret *metav1.PartialObjectMetadata, configurations []*metav1.PartialObjectMetadata) (cache.Cache, error) {
	objects := map[client.Object]cache.ByObject{
		secret: {Namespaces: map[string]cache.Config{secret.Namespace: {FieldSelector: nameIs(secret.Name)}}},
	}
	for _, configuration := range configurations {
		objects[configuration] = cache.ByObject{Field: nameIs(configuration.Name)}
	}
	watch, err := cache.New(mgr.GetConfig(), cache.Options{
		HTTPClient: mgr.GetHTTPClient(), Scheme: mgr.GetScheme(), Mapper: mgr.GetRESTMapper(),
		ByObject: objects,
	})
	if err != nil {
		return nil, fmt.Errorf("making a watch for certificates: %w", err)
	}
	return watch, mgr.Add(watch)
}

func nameIs(name string) fields.Selector {
	return fields.OneTermEqualSelector(metav1.ObjectNameField, name)
}

// wake maps every event to the same request: there is one thing to reconcile.
func wake() handler.EventHandler {
	return handler.EnqueueRequestsFromMapFunc(func(context.Context, client.Object) []reconcile.Request {
		return []reconcile.Request{{}}
	})
}
