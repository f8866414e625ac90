package sidecarstop_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/cache"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop"
)

// podCache gives the cache's settings for Pods.
func podCache(t *testing.T) cache.ByObject {
	t.Helper()
	for object, settings := range sidecarstop.CacheOptions().ByObject {
		if _, isPod := object.(*corev1.Pod); isPod {
			return settings
		}
	}
	t.Fatal("the cache has no settings for Pods")
	return cache.ByObject{}
}

func TestOnlyManagedPodsAreCached(t *testing.T) {
	selector := podCache(t).Label
	require.True(t, selector.Matches(labels.Set{contract.LabelManaged: "true", "app": "x"}))
	require.False(t, selector.Matches(labels.Set{"app": "x"}))
}

func TestCachedPodsHoldOnlyWhatIsRead(t *testing.T) {
	pod := makePod(aStep("a", ended(0)), aNative("n", readied), aWrapped("w", readied), aSidecar("r", readied),
		annotated("kubectl.kubernetes.io/last-applied-configuration", "{}"))
	pod.ManagedFields = []metav1.ManagedFieldsEntry{{Manager: "kubectl"}}
	pod.OwnerReferences = []metav1.OwnerReference{{Name: "job"}}
	pod.Spec.Volumes = []corev1.Volume{{Name: "v"}}
	pod.Spec.Containers[0].Env = []corev1.EnvVar{{Name: "A", Value: "b"}}
	pod.Status.ContainerStatuses[0].ImageID = "sha256:1"
	pod.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady}}
	want := sidecarstop.Decide(pod, nopImage)
	require.False(t, want.IsNothing())

	reduced, err := podCache(t).Transform(pod.DeepCopy())
	require.NoError(t, err)
	got, isPod := reduced.(*corev1.Pod)
	require.True(t, isPod)
	require.Equal(t, want, sidecarstop.Decide(got, nopImage))
	require.Equal(t, pod.UID, got.UID)
	require.Equal(t, map[string]string{contract.LabelManaged: "true"}, got.Labels)
	require.Empty(t, got.Annotations)
	require.Empty(t, got.ManagedFields)
	require.Empty(t, got.OwnerReferences)
	require.Empty(t, got.Spec.Volumes)
	require.Empty(t, got.Spec.Containers[0].Env)
	require.Empty(t, got.Status.ContainerStatuses[0].ImageID)
	require.Empty(t, got.Status.Conditions)
}

func TestTheNoteThatAPodVanishedPassesTheCache(t *testing.T) {
	want := toolscache.DeletedFinalStateUnknown{Key: "default/job-x1"}
	got, err := podCache(t).Transform(want)
	require.NoError(t, err)
	require.Equal(t, want, got)
}
