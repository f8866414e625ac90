package watch

import (
	"context"
	"fmt"
	"maps"
	"strconv"
	"sync"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	apiwatch "k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/tools/cache"

	"orderly.dev/sidecarstop/gate"
)

// object is what the fake cluster holds.
type object interface {
	metav1.Object
	runtime.Object
}

// fakeCluster answers as an API server does that streams lists, and counts what it is asked.
type fakeCluster struct {
	mu      sync.Mutex
	version int
	objects map[string]object
	// history is what happened, the first event at version 1.
	history  []event
	watching map[*watching]struct{}
	// opens, lists and watches count calls.
	opens, lists, watches int
	// noOpen, noList and noWatch are what the calls are refused with.
	noOpen, noList, noWatch error
}

type event struct {
	kind   apiwatch.EventType
	object object
}

// watching is one watch that is open.
type watching struct {
	interest gate.Interest
	events   chan apiwatch.Event
	proxy    *apiwatch.ProxyWatcher
}

func newFakeCluster(objects ...object) *fakeCluster {
	c := &fakeCluster{objects: map[string]object{}, watching: map[*watching]struct{}{}}
	for _, o := range objects {
		c.put(o)
	}
	return c
}

func keyOf(o object) string { return fmt.Sprintf("%T %s/%s", o, o.GetNamespace(), o.GetName()) }

// put creates or changes an object, and whoever watches it is told.
func (c *fakeCluster) put(o object) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.version++
	o = o.DeepCopyObject().(object)
	o.SetResourceVersion(strconv.Itoa(c.version))
	kind := apiwatch.Added
	if _, known := c.objects[keyOf(o)]; known {
		kind = apiwatch.Modified
	}
	c.objects[keyOf(o)] = o
	c.send(kind, o)
}

func (c *fakeCluster) remove(o object) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.version++
	o = o.DeepCopyObject().(object)
	o.SetResourceVersion(strconv.Itoa(c.version))
	delete(c.objects, keyOf(o))
	c.send(apiwatch.Deleted, o)
}

func (c *fakeCluster) send(kind apiwatch.EventType, o object) {
	c.history = append(c.history, event{kind, o})
	for w := range c.watching {
		if asksFor(w.interest, o) && !w.proxy.Stopping() {
			w.events <- apiwatch.Event{Type: kind, Object: inForm(w.interest, o)}
		}
	}
}

// refuse sets what calls are refused with from now on.
func (c *fakeCluster) refuse(open, list, watch error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.noOpen, c.noList, c.noWatch = open, list, watch
}

// hangUp ends every watch; an error makes it one that must be listed again.
func (c *fakeCluster) hangUp(status *metav1.Status) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for w := range c.watching {
		if status != nil {
			w.events <- apiwatch.Event{Type: apiwatch.Error, Object: status}
		}
		close(w.events)
		delete(c.watching, w)
	}
}

// counted are the watches that are open, and the calls.
func (c *fakeCluster) counted() (open, lists, watches int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for w := range c.watching {
		if w.proxy.Stopping() {
			delete(c.watching, w)
		}
	}
	return len(c.watching), c.lists, c.watches
}

// opened is how often somebody asked where objects are.
func (c *fakeCluster) opened() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.opens
}

var _ source = (*fakeCluster)(nil)

func (c *fakeCluster) open(interest gate.Interest) (opened, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.opens++
	resource, _ := meta.UnsafeGuessKindToResource(interest.Kind)
	return opened{resource: resource.GroupResource(), listWatch: &cache.ListWatch{
		ListWithContextFunc: func(_ context.Context, _ metav1.ListOptions) (runtime.Object, error) { return c.list(interest) },
		WatchFuncWithContext: func(ctx context.Context, options metav1.ListOptions) (apiwatch.Interface, error) {
			return c.watch(ctx, interest, options)
		},
	}}, c.noOpen
}

func (c *fakeCluster) list(interest gate.Interest) (runtime.Object, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lists++
	list := &metav1.List{ListMeta: metav1.ListMeta{ResourceVersion: strconv.Itoa(c.version)}}
	for _, o := range c.objects {
		if asksFor(interest, o) {
			list.Items = append(list.Items, runtime.RawExtension{Object: inForm(interest, o)})
		}
	}
	return list, c.noList
}

func (c *fakeCluster) watch(ctx context.Context, interest gate.Interest, options metav1.ListOptions) (apiwatch.Interface, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.watches++
	if c.noWatch != nil {
		return nil, c.noWatch
	}
	w := &watching{interest: interest, events: make(chan apiwatch.Event, len(c.history)+1000)}
	w.proxy = apiwatch.NewProxyWatcher(w.events)
	context.AfterFunc(ctx, w.proxy.Stop) // as a client ends its request
	c.watching[w] = struct{}{}
	if since, err := strconv.Atoi(options.ResourceVersion); err == nil && options.SendInitialEvents == nil {
		for _, happened := range c.history[since:] {
			if asksFor(interest, happened.object) {
				w.events <- apiwatch.Event{Type: happened.kind, Object: inForm(interest, happened.object)}
			}
		}
	}
	if options.SendInitialEvents != nil {
		for _, o := range c.objects {
			if asksFor(interest, o) {
				w.events <- apiwatch.Event{Type: apiwatch.Added, Object: inForm(interest, o)}
			}
		}
		w.events <- apiwatch.Event{Type: apiwatch.Bookmark, Object: &metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{
			ResourceVersion: strconv.Itoa(c.version), Annotations: map[string]string{metav1.InitialEventsAnnotationKey: "true"},
		}}}
	}
	return w.proxy, nil
}

func asksFor(interest gate.Interest, o object) bool {
	selector, err := labels.Parse(interest.Selector)
	if err != nil {
		return false
	}
	return kindOf(o) == interest.Kind && o.GetNamespace() == interest.Namespace &&
		(interest.Name == "" || interest.Name == o.GetName()) && selector.Matches(labels.Set(o.GetLabels()))
}

func kindOf(o object) schema.GroupVersionKind {
	switch o.(type) {
	case *corev1.Pod:
		return corev1.SchemeGroupVersion.WithKind("Pod")
	case *corev1.Namespace:
		return corev1.SchemeGroupVersion.WithKind("Namespace")
	case *discoveryv1.EndpointSlice:
		return discoveryv1.SchemeGroupVersion.WithKind("EndpointSlice")
	case *batchv1.Job:
		return batchv1.SchemeGroupVersion.WithKind("Job")
	case *appsv1.DaemonSet:
		return appsv1.SchemeGroupVersion.WithKind("DaemonSet")
	default:
		return o.GetObjectKind().GroupVersionKind()
	}
}

func inForm(interest gate.Interest, o object) runtime.Object {
	if interest.Form == gate.Metadata {
		return &metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{
			Namespace: o.GetNamespace(), Name: o.GetName(), UID: o.GetUID(), ResourceVersion: o.GetResourceVersion(),
			Labels: maps.Clone(o.GetLabels()), Annotations: maps.Clone(o.GetAnnotations()),
		}}
	}
	return o.DeepCopyObject()
}
