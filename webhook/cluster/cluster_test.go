package cluster_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/cache/informertest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllertest"

	"orderly.dev/mutate"
	"orderly.dev/webhook/cluster"
)

// memory is a cache whose objects are in memory and whose events are made by the test.
type memory struct {
	*informertest.FakeInformers
	objects client.Reader
}

func (m memory) List(ctx context.Context, list client.ObjectList, options ...client.ListOption) error {
	return m.objects.List(ctx, list, options...)
}

var _ cache.Cache = memory{}

func newMemory(objects ...client.Object) memory {
	informers := map[schema.GroupVersionKind]toolscache.SharedIndexInformer{}
	for _, kind := range []string{"Node", "LimitRange", "ResourceQuota"} {
		informers[corev1.SchemeGroupVersion.WithKind(kind)] = controllertest.NewFakeInformer() // nothing was listed yet
	}
	return memory{
		FakeInformers: &informertest.FakeInformers{InformersByGVK: informers},
		objects:       fake.NewClientBuilder().WithObjects(objects...).Build(),
	}
}

func (m memory) informer(t *testing.T, object client.Object) *controllertest.FakeInformer {
	t.Helper()
	informer, err := m.FakeInformerFor(t.Context(), object)
	require.NoError(t, err)
	return informer
}

func makeLimitRange(namespace, name string, items ...corev1.LimitRangeItem) *corev1.LimitRange {
	return &corev1.LimitRange{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}, Spec: corev1.LimitRangeSpec{Limits: items}}
}

func makeQuota(namespace, name string, resources ...corev1.ResourceName) *corev1.ResourceQuota {
	quota := &corev1.ResourceQuota{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}, Spec: corev1.ResourceQuotaSpec{Hard: corev1.ResourceList{}}}
	for _, r := range resources {
		quota.Spec.Hard[r] = resource.MustParse("1")
	}
	return quota
}

func podIn(namespace string) *corev1.Pod {
	return &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, GenerateName: "job-"}}
}

func TestThePodsNamespaceIsLookedAt(t *testing.T) {
	container := corev1.LimitRangeItem{Type: corev1.LimitTypeContainer, Min: corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("5m")}}
	pod := corev1.LimitRangeItem{Type: corev1.LimitTypePod}
	objects := newMemory(
		makeLimitRange("here", "a", container), makeLimitRange("here", "b", pod), makeLimitRange("there", "c", pod),
		makeQuota("here", "a", corev1.ResourceLimitsCPU, corev1.ResourcePods), makeQuota("here", "b", corev1.ResourceLimitsCPU),
		makeQuota("there", "c", corev1.ResourceLimitsMemory),
	)
	c, err := cluster.Watch(t.Context(), objects)
	require.NoError(t, err)

	var facts mutate.Facts
	require.NoError(t, c.Find(t.Context(), podIn("here"), &facts))
	require.Len(t, facts.Limits, 2)
	require.Equal(t, "5m", facts.Limits[0].Min.Cpu().String())
	require.Equal(t, []corev1.ResourceName{corev1.ResourceLimitsCPU, corev1.ResourcePods}, facts.Quotas)
	require.False(t, facts.ImageVolumes)

	facts = mutate.Facts{}
	require.NoError(t, c.Find(t.Context(), podIn("nowhere"), &facts))
	require.Equal(t, mutate.Facts{}, facts)
}

func TestNodesAreWatched(t *testing.T) {
	objects := newMemory()
	c, err := cluster.Watch(t.Context(), objects)
	require.NoError(t, err)
	node := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "n"}}
	node.Status.NodeInfo.KubeletVersion, node.Status.NodeInfo.ContainerRuntimeVersion = "v1.37.1", "containerd://2.4.2"
	objects.informer(t, &corev1.Node{}).Add(node)

	var facts mutate.Facts
	require.NoError(t, c.Find(t.Context(), podIn("here"), &facts))
	require.True(t, facts.ImageVolumes)
}

func TestItIsReadyWhenEverythingWasListed(t *testing.T) {
	objects := newMemory()
	c, err := cluster.Watch(t.Context(), objects)
	require.NoError(t, err)
	require.ErrorContains(t, c.Ready(nil), "were not listed yet; the webhook needs the right to get, list and watch them")
	for _, object := range []client.Object{&corev1.LimitRange{}, &corev1.ResourceQuota{}} {
		objects.informer(t, object).Synced()
	}
	require.EqualError(t, c.Ready(nil), "nodes were not listed yet; the webhook needs the right to get, list and watch them")
	objects.informer(t, &corev1.Node{}).Synced()
	require.NoError(t, c.Ready(nil))
}

func TestErrorsSayWhatWasRead(t *testing.T) {
	refused := errors.New("refused")
	objects := newMemory()
	objects.objects = listError{refused}
	c, err := cluster.Watch(t.Context(), objects)
	require.NoError(t, err)
	err = c.Find(t.Context(), podIn("here"), &mutate.Facts{})
	require.ErrorIs(t, err, refused)
	require.EqualError(t, err, "reading the LimitRanges of namespace here: refused")

	objects.Error = refused
	_, err = cluster.Watch(t.Context(), objects)
	require.ErrorIs(t, err, refused)
}

type listError struct{ error }

func (e listError) Get(context.Context, client.ObjectKey, client.Object, ...client.GetOption) error {
	return e.error
}

func (e listError) List(context.Context, client.ObjectList, ...client.ListOption) error {
	return e.error
}

func TestTheCacheKeepsWhatIsRead(t *testing.T) {
	node := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "n", UID: "u", Labels: map[string]string{"a": "b"}}}
	node.Spec.Unschedulable, node.Spec.PodCIDR = true, "10.0.0.0/8"
	node.Status.NodeInfo = corev1.NodeSystemInfo{KubeletVersion: "v1.37.1", ContainerRuntimeVersion: "containerd://2.4.2", OperatingSystem: "linux", BootID: "b"}
	node.Status.Images = []corev1.ContainerImage{{Names: []string{"x"}}}
	want := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "n", UID: "u"}, Spec: corev1.NodeSpec{Unschedulable: true}}
	want.Status.NodeInfo = corev1.NodeSystemInfo{KubeletVersion: "v1.37.1", ContainerRuntimeVersion: "containerd://2.4.2", OperatingSystem: "linux"}

	limits := makeLimitRange("here", "a", corev1.LimitRangeItem{Type: corev1.LimitTypePod})
	limits.Annotations = map[string]string{"a": "b"}
	quota := makeQuota("here", "a", corev1.ResourcePods)
	quota.Status.Hard = quota.Spec.Hard
	for _, tc := range []struct {
		name      string
		got, want any
	}{
		{"a node", node, want},
		{"a LimitRange", limits, makeLimitRange("here", "a", corev1.LimitRangeItem{Type: corev1.LimitTypePod})},
		{"a ResourceQuota", quota, makeQuota("here", "a", corev1.ResourcePods)},
		{"the note that one vanished", toolscache.DeletedFinalStateUnknown{Key: "n"}, toolscache.DeletedFinalStateUnknown{Key: "n"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			for object, settings := range cluster.CacheOptions().ByObject {
				got, err := settings.Transform(tc.got)
				require.NoError(t, err, "%T", object)
				require.Equal(t, tc.want, got)
			}
		})
	}
}
