package cluster

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	corev1 "k8s.io/api/core/v1"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"orderly.dev/mutate"
	"orderly.dev/webhook"
)

// Cluster is what is known about the cluster.
type Cluster struct {
	reader client.Reader
	nodes  *nodes
	// synced tells, by the name of each resource, whether everything was listed once.
	synced map[string]toolscache.InformerSynced
}

// Watch makes a cache, made with [CacheOptions], watch nodes, LimitRanges and ResourceQuotas. It does not wait for them: the cache may
// be started later.
func Watch(ctx context.Context, informers cache.Cache) (*Cluster, error) {
	c := &Cluster{reader: informers, nodes: newNodes(), synced: map[string]toolscache.InformerSynced{}}
	for name, object := range map[string]client.Object{
		"nodes": &corev1.Node{}, "limitranges": &corev1.LimitRange{}, "resourcequotas": &corev1.ResourceQuota{},
	} {
		informer, err := informers.GetInformer(ctx, object, cache.BlockUntilSynced(false))
		if err != nil {
			return nil, fmt.Errorf("watching %s: %w", name, err)
		}
		c.synced[name] = informer.HasSynced
		if name != "nodes" {
			continue
		}
		registration, err := informer.AddEventHandler(c.nodes)
		if err != nil {
			return nil, fmt.Errorf("watching %s: %w", name, err)
		}
		c.synced[name] = registration.HasSynced // every node was noted, not only listed
	}
	return c, nil
}

var _ webhook.Source = (&Cluster{}).Find

// Find adds what is known about the cluster and the Pod's namespace. It implements [webhook.Source].
func (c *Cluster) Find(ctx context.Context, pod *corev1.Pod, facts *mutate.Facts) error {
	facts.ImageVolumes = c.nodes.imageVolumes()
	if err := c.findLimits(ctx, pod.Namespace, facts); err != nil {
		return err
	}
	return c.findQuotas(ctx, pod, facts)
}

func (c *Cluster) findLimits(ctx context.Context, namespace string, facts *mutate.Facts) error {
	var list corev1.LimitRangeList
	if err := c.reader.List(ctx, &list, client.InNamespace(namespace)); err != nil {
		return fmt.Errorf("reading the LimitRanges of namespace %s: %w", namespace, err)
	}
	for i := range list.Items {
		facts.Limits = slices.Concat(facts.Limits, list.Items[i].Spec.Limits)
	}
	return nil
}

func (c *Cluster) findQuotas(ctx context.Context, pod *corev1.Pod, facts *mutate.Facts) error {
	var list corev1.ResourceQuotaList
	if err := c.reader.List(ctx, &list, client.InNamespace(pod.Namespace)); err != nil {
		return fmt.Errorf("reading the ResourceQuotas of namespace %s: %w", pod.Namespace, err)
	}
	for i := range list.Items {
		spec := &list.Items[i].Spec
		if !counts(spec, pod) {
			continue
		}
		for name := range spec.Hard {
			facts.Quotas = append(facts.Quotas, name)
		}
	}
	slices.Sort(facts.Quotas)
	facts.Quotas = slices.Compact(facts.Quotas)
	return nil
}

// Ready is a readiness check that fails until everything was listed once.
func (c *Cluster) Ready(*http.Request) error {
	for name, synced := range c.synced {
		if !synced() {
			return fmt.Errorf("%s were not listed yet; the webhook needs the right to get, list and watch them", name)
		}
	}
	return nil
}
