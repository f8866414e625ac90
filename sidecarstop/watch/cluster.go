package watch

import (
	"context"
	"fmt"
	"net/http"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	apiwatch "k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/client/apiutil"

	"orderly.dev/sidecarstop/gate"
)

// source opens what an interest is about. It may ask the API server.
type source interface {
	open(interest gate.Interest) (opened, error)
}

// sourceFunc is a function as a source.
type sourceFunc func(gate.Interest) (opened, error)

func (f sourceFunc) open(interest gate.Interest) (opened, error) { return f(interest) }

var (
	_ source = sourceFunc(nil)
	_ source = (*cluster)(nil)
)

// opened is how the objects of an interest are read.
type opened struct {
	listWatch *cache.ListWatch
	resource  schema.GroupResource
}

// cluster is the source that asks the API server, with a client for each [gate.Form].
type cluster struct {
	mapper    meta.RESTMapper
	resources []schema.GroupResource
	typed     map[schema.GroupVersion]rest.Interface
	metadata  metadata.Interface
	dynamic   dynamic.Interface
}

// addTypes are the kinds that are read whole.
var addTypes = runtime.NewSchemeBuilder(corev1.AddToScheme, batchv1.AddToScheme, appsv1.AddToScheme, discoveryv1.AddToScheme)

func newCluster(options Options) (*cluster, error) {
	config := rest.CopyConfig(options.Config)
	// As for the whole companion, the API server's priority and fairness limits, and no count on this side.
	config.QPS = -1
	client, err := rest.HTTPClientFor(config)
	if err != nil {
		return nil, fmt.Errorf("making a client for watches: %w", err)
	}
	c := &cluster{mapper: options.Mapper, resources: options.Resources}
	if c.metadata, err = metadata.NewForConfigAndClient(config, client); err != nil {
		return nil, fmt.Errorf("making a client for metadata: %w", err)
	}
	if c.dynamic, err = dynamic.NewForConfigAndClient(config, client); err != nil {
		return nil, fmt.Errorf("making a client for any kind: %w", err)
	}
	if c.typed, err = typedClients(config, client); err != nil {
		return nil, err
	}
	return c, nil
}

func typedClients(config *rest.Config, client *http.Client) (map[schema.GroupVersion]rest.Interface, error) {
	scheme := runtime.NewScheme()
	if err := addTypes.AddToScheme(scheme); err != nil {
		return nil, fmt.Errorf("collecting the kinds that are watched: %w", err)
	}
	clients := map[schema.GroupVersion]rest.Interface{}
	for _, version := range scheme.PrioritizedVersionsAllGroups() {
		one, err := apiutil.RESTClientForGVK(version.WithKind(""), false, false, config, serializer.NewCodecFactory(scheme), client)
		if err != nil {
			return nil, fmt.Errorf("making a client for %s: %w", version, err)
		}
		clients[version] = one
	}
	return clients, nil
}

// open finds out where the objects are. For a kind without namespaces it leaves the namespace out.
func (c *cluster) open(interest gate.Interest) (opened, error) {
	if err := check(interest, schema.GroupResource{}, nil); err != nil {
		return opened{}, err
	}
	mapping, err := c.mapper.RESTMapping(interest.Kind.GroupKind(), interest.Kind.Version)
	if err != nil {
		return opened{}, err
	}
	resource := mapping.Resource.GroupResource()
	if err := check(interest, resource, c.resources); err != nil {
		return opened{}, err
	}
	namespace := interest.Namespace
	if mapping.Scope.Name() == meta.RESTScopeNameRoot {
		namespace = metav1.NamespaceAll
	}
	listWatch, err := c.listWatch(interest, mapping.Resource, namespace)
	return opened{listWatch: narrowed(listWatch, interest), resource: resource}, err
}

func (c *cluster) listWatch(interest gate.Interest, resource schema.GroupVersionResource, namespace string) (*cache.ListWatch, error) {
	switch interest.Form {
	case gate.Metadata:
		client := c.metadata.Resource(resource).Namespace(namespace)
		return listWatchOf(client.List, client.Watch), nil
	case gate.Untyped:
		client := c.dynamic.Resource(resource).Namespace(namespace)
		return listWatchOf(client.List, client.Watch), nil
	case gate.Whole:
		if client, known := c.typed[resource.GroupVersion()]; known {
			return cache.NewFilteredListWatchFromClient(client, resource.Resource, namespace, func(*metav1.ListOptions) {}), nil
		}
	}
	return nil, refusal(fmt.Sprintf("%s cannot be read as a whole", resource.GroupResource()))
}

func listWatchOf[L runtime.Object](
	list func(context.Context, metav1.ListOptions) (L, error), watch func(context.Context, metav1.ListOptions) (apiwatch.Interface, error),
) *cache.ListWatch {
	return &cache.ListWatch{
		ListWithContextFunc: func(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
			return list(ctx, options)
		},
		WatchFuncWithContext: func(ctx context.Context, options metav1.ListOptions) (apiwatch.Interface, error) {
			options.Watch = true
			return watch(ctx, options)
		},
	}
}

// narrowed asks for the one object with the name, or for those that the selector takes.
func narrowed(wide *cache.ListWatch, interest gate.Interest) *cache.ListWatch {
	if wide == nil {
		return nil
	}
	narrow := func(options metav1.ListOptions) metav1.ListOptions {
		if interest.Name != "" {
			options.FieldSelector = fields.OneTermEqualSelector(metav1.ObjectNameField, interest.Name).String()
		}
		options.LabelSelector = interest.Selector
		return options
	}
	return &cache.ListWatch{
		ListWithContextFunc: func(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
			return wide.ListWithContextFunc(ctx, narrow(options))
		},
		WatchFuncWithContext: func(ctx context.Context, options metav1.ListOptions) (apiwatch.Interface, error) {
			return wide.WatchFuncWithContext(ctx, narrow(options))
		},
	}
}
