package watch

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	corev1 "k8s.io/api/core/v1"
	apiequality "k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/cache"

	"orderly.dev/sidecarstop/gate"
)

// objects is what one watch shows. A reflector fills it; whoever looks shares its slices, which are never changed but replaced.
type objects struct {
	// reduce is what an object goes through before it is kept.
	reduce cache.TransformFunc
	// changed is told on which nodes Pods changed, or nothing when it concerns everybody.
	changed func(nodes ...part)

	mu     sync.Mutex
	kept   map[string]metav1.Object
	ledger ledger
	// all are those that are kept, nil when they must be collected again; nodes are the Pods among them by their nodes.
	all   []metav1.Object
	nodes map[part][]metav1.Object
	// isListed and isOpen are whether this attempt has listed everything, and whether it watches. Both together are proof that it works.
	isListed, isOpen bool
	// isShown is that an attempt has worked before.
	isShown bool
	// obstacle is what stands in the way.
	obstacle string
	// giveUp ends the attempt.
	giveUp context.CancelCauseFunc
}

var (
	_ cache.ReflectorStore    = (*objects)(nil)
	_ cache.TransformingStore = (*objects)(nil)
)

func newObjects(reduce cache.TransformFunc, total *atomic.Int64, changed func(nodes ...part)) *objects {
	return &objects{
		reduce: reduce, changed: changed, ledger: ledger{total: total},
		kept: map[string]metav1.Object{}, nodes: map[part][]metav1.Object{}, giveUp: func(error) {},
	}
}

// seen is what is shown, and false while nothing is known.
func (o *objects) seen(looked part) (gate.Seen, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case o.obstacle != "":
		return gate.Seen{Obstacle: o.obstacle}, true
	case !o.isShown:
		return gate.Seen{}, false
	case looked != everything:
		return gate.Seen{Objects: o.nodes[looked]}, true
	}
	if o.all == nil {
		o.all = make([]metav1.Object, 0, len(o.kept))
		for _, object := range o.kept {
			o.all = append(o.all, object)
		}
	}
	return gate.Seen{Objects: o.all}, true
}

// begin starts an attempt, which giveUp ends.
func (o *objects) begin(giveUp context.CancelCauseFunc) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.isListed, o.isOpen, o.giveUp = false, false, giveUp
}

// open says that the attempt watches.
func (o *objects) open() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.isOpen = true
	o.show()
}

// show takes the obstacle away when the attempt works.
func (o *objects) show() {
	if o.isListed && o.isOpen && (!o.isShown || o.obstacle != "") {
		o.isShown, o.obstacle = true, ""
		o.changed()
	}
}

// fail puts an obstacle in the way, and reports whether that is news. One that passes by itself is none for what was seen before.
func (o *objects) fail(found obstacle) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.isOpen = false
	if found.text == "" || found.passes && o.isShown {
		return false
	}
	return o.obstruct(found.text)
}

func (o *objects) obstruct(text string) bool {
	if text == o.obstacle {
		return false
	}
	o.obstacle = text
	o.changed()
	return true
}

// Transformer lets a reflector reduce objects while it reads them, and not when it has all.
func (o *objects) Transformer() cache.TransformFunc { return o.reduce }

// Resync is for stores that repeat themselves.
func (o *objects) Resync() error { return nil }

// Add is like Update.
func (o *objects) Add(object any) error { return o.Update(object) }

// Update keeps an object.
func (o *objects) Update(object any) error {
	key, reduced, err := o.read(object)
	if err != nil {
		return err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.report(o.put(key, reduced))
	// A reflector would log what is returned together with the object, and the attempt is over anyway.
	_ = o.bound()
	return nil
}

// Delete forgets an object.
func (o *objects) Delete(object any) error {
	key, err := cache.DeletionHandlingMetaNamespaceKeyFunc(object)
	if err != nil {
		return fmt.Errorf("reading what was deleted: %w", err)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.report(o.put(key, nil))
	return nil
}

// Replace keeps these objects and no others. Those that are the same as before have not changed.
func (o *objects) Replace(list []any, _ string) error {
	fresh := make(map[string]metav1.Object, len(list))
	for _, object := range list {
		key, reduced, err := o.read(object)
		if err != nil {
			return err
		}
		fresh[key] = reduced
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	var nodes []part
	for key := range o.kept {
		if _, stays := fresh[key]; !stays {
			nodes = append(nodes, o.put(key, nil)...)
		}
	}
	for key, object := range fresh {
		nodes = append(nodes, o.put(key, object)...)
	}
	o.report(nodes)
	if err := o.bound(); err != nil {
		return err
	}
	o.isListed = true
	o.show()
	return nil
}

// read gives an object its key and reduces it. What went through that before passes unchanged.
func (o *objects) read(object any) (string, metav1.Object, error) {
	transformed, err := o.reduce(object)
	if err != nil {
		return "", nil, err
	}
	reduced, isObject := transformed.(metav1.Object)
	if !isObject {
		return "", nil, fmt.Errorf("%T is no object", object)
	}
	return cache.NewObjectName(reduced.GetNamespace(), reduced.GetName()).String(), reduced, nil
}

// put keeps an object under a key, or none, and returns the nodes on which that is a change.
func (o *objects) put(key string, object metav1.Object) []part {
	before, known := o.kept[key]
	if known && object != nil && apiequality.Semantic.DeepEqual(before, object) || !known && object == nil {
		return nil
	}
	var nodes []part
	if known {
		o.ledger.remove(before)
		delete(o.kept, key)
		nodes = append(nodes, o.leaveNode(before))
	}
	if object != nil {
		o.ledger.add(object)
		o.kept[key] = object
		nodes = append(nodes, o.enterNode(object))
	}
	o.all = nil
	return nodes
}

// enterNode puts a Pod beside the others of its node. The slice may be in somebody's hands, so it becomes another one.
func (o *objects) enterNode(object metav1.Object) part {
	node := nodeOf(object)
	if node != everything {
		o.nodes[node] = append(slices.Clip(o.nodes[node]), object)
	}
	return node
}

func (o *objects) leaveNode(object metav1.Object) part {
	node := nodeOf(object)
	others := make([]metav1.Object, 0, len(o.nodes[node]))
	for _, other := range o.nodes[node] {
		if other != object {
			others = append(others, other)
		}
	}
	if len(others) == 0 {
		delete(o.nodes, node)
	} else {
		o.nodes[node] = others
	}
	return node
}

// nodeOf is the node of a Pod. Other objects, and Pods without one, are only in everything.
func nodeOf(object metav1.Object) part {
	if pod, isPod := object.(*corev1.Pod); isPod {
		return part(pod.Spec.NodeName)
	}
	return everything
}

// report tells of changes that somebody can see.
func (o *objects) report(nodes []part) {
	if len(nodes) > 0 && o.isShown && o.obstacle == "" {
		o.changed(nodes...)
	}
}

// bound gives everything up, and ends the attempt, when it is too much.
func (o *objects) bound() error {
	err := o.ledger.check()
	if err != nil {
		o.drop()
		o.obstruct(err.Error())
		o.giveUp(err)
	}
	return err
}

// end is for a watch that nobody looks at any more.
func (o *objects) end() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.drop()
}

func (o *objects) drop() {
	clear(o.kept)
	clear(o.nodes)
	o.all = nil
	o.ledger.clear()
}
