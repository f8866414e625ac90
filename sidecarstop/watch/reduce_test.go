package watch

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/randfill"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop/gate"
)

// filler makes objects in which anything may stand, but such that package gate often finds something to say.
func filler(seed int64) *randfill.Filler {
	pick := func(c randfill.Continue, words ...string) string { return words[c.Intn(len(words))] }
	return randfill.NewWithSeed(seed).NilChance(0.3).NumElements(0, 3).MaxDepth(12).Funcs(
		func(number *int32, c randfill.Continue) { *number = int32(c.Intn(3)) },
		func(number *int64, c randfill.Continue) { *number = int64(c.Intn(3)) },
		func(m *metav1.ObjectMeta, c randfill.Continue) {
			c.FillNoCustom(m)
			m.Namespace, m.Name = "default", "it"
			m.Labels = map[string]string{"app": pick(c, "it", "other"), "kubernetes.io/service-name": "it", "more": "x"}
			m.ManagedFields = []metav1.ManagedFieldsEntry{{Manager: "kubectl"}}
			m.OwnerReferences = []metav1.OwnerReference{{UID: "owner", Controller: new(c.Bool()), Name: "owner"}}
		},
		func(s *metav1.LabelSelector, _ randfill.Continue) { s.MatchLabels = map[string]string{"app": "it"} },
		func(s *corev1.PodSpec, c randfill.Continue) { s.NodeName = pick(c, "n1", "n2") },
		func(s *corev1.ConditionStatus, c randfill.Continue) {
			*s = corev1.ConditionStatus(pick(c, "True", "True", "False"))
		},
		func(k *corev1.PodConditionType, c randfill.Continue) {
			*k = corev1.PodConditionType(pick(c, "Ready", "Scheduled"))
		},
		func(k *batchv1.JobConditionType, c randfill.Continue) {
			*k = batchv1.JobConditionType(pick(c, "Complete", "Failed", "Suspended"))
		},
		func(k *appsv1.DeploymentConditionType, c randfill.Continue) {
			*k = appsv1.DeploymentConditionType(pick(c, "Progressing", "Available"))
		},
		func(k *appsv1.StatefulSetUpdateStrategyType, c randfill.Continue) {
			*k = appsv1.StatefulSetUpdateStrategyType(pick(c, "RollingUpdate", "RollingUpdate", "OnDelete"))
		},
	)
}

// kinds are an entry for each kind of object that is read whole, and makers of such an object.
var kinds = []struct {
	entry string
	make  func() object
}{
	{"service: it", func() object { return &discoveryv1.EndpointSlice{} }},
	{"job: it", func() object { return &batchv1.Job{} }},
	{"job: {labels: {app: it}}", func() object { return &batchv1.Job{} }},
	{"pod: {labels: {app: it}, sameNode: true}", func() object { return &corev1.Pod{} }},
	{"pod: {labels: {app: it}}", func() object { return &corev1.Pod{} }},
	{"deployment: it", func() object { return &appsv1.Deployment{} }},
	{"statefulset: it", func() object { return &appsv1.StatefulSet{} }},
}

func TestGateSaysTheSameOfAReducedObject(t *testing.T) {
	for _, kind := range kinds {
		t.Run(kind.entry, func(t *testing.T) {
			entry, pod := parse(t, kind.entry)[0], waitingPod("app")
			interest := gate.Interests(entry, pod, nil)[0]
			var states []gate.State
			for seed := range int64(200) {
				whole := kind.make()
				filler(seed).Fill(whole)
				before := whole.DeepCopyObject()
				reduced := mustReduce(t, interest, whole)
				require.Equal(t, before, whole, "the object was changed, and the reflector needs it")
				require.Equal(t, reduced, mustReduce(t, interest, reduced), "an object is reduced twice where a list is streamed")
				require.Empty(t, reduced.GetManagedFields())

				want := gate.Judge(entry, pod, gate.Sight{interest: {Objects: []metav1.Object{whole}}})
				require.Equal(t, want, gate.Judge(entry, pod, gate.Sight{interest: {Objects: []metav1.Object{reduced}}}))
				states = append(states, want.State)
			}
			require.Contains(t, states, gate.Met, "the objects must not all be alike")
			require.Contains(t, states, gate.NotYet)
		})
	}
}

func TestGateSaysTheSameOfAReducedDaemonSetAndItsPods(t *testing.T) {
	entry, pod := parse(t, "daemonset: it")[0], waitingPod("app")
	var states []gate.State
	for seed := range int64(200) {
		set, own := &appsv1.DaemonSet{}, &corev1.Pod{}
		filler(seed).Fill(set)
		filler(seed + 1).Fill(own)
		set.UID = "owner"
		set.Spec.Selector = &metav1.LabelSelector{MatchLabels: map[string]string{"app": "it"}}
		ofSet := gate.Interests(entry, pod, nil)[0]
		sight := gate.Sight{ofSet: {Objects: []metav1.Object{set}}}
		ofPods := gate.Interests(entry, pod, sight)[1]
		sight[ofPods] = gate.Seen{Objects: []metav1.Object{own}}
		want := gate.Judge(entry, pod, sight)
		got := gate.Judge(entry, pod, gate.Sight{
			ofSet: {Objects: []metav1.Object{mustReduce(t, ofSet, set)}}, ofPods: {Objects: []metav1.Object{mustReduce(t, ofPods, own)}},
		})
		require.Equal(t, want, got)
		states = append(states, want.State)
	}
	require.Contains(t, states, gate.Met)
	require.Contains(t, states, gate.NotYet)
}

func TestOfANamespaceOnlyItsConsentIsKept(t *testing.T) {
	interest := gate.Interest{Kind: corev1.SchemeGroupVersion.WithKind("Namespace"), Name: "identity", Form: gate.Metadata}
	whole := &metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{
		Name: "identity", ResourceVersion: "7", Labels: map[string]string{"a": "b"},
		Annotations: map[string]string{contract.AnnotationShareReadinessWith: "*", "example.com/large": "dropped"},
	}}
	require.Equal(t, &metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{
		Name: "identity", Annotations: map[string]string{contract.AnnotationShareReadinessWith: "*"},
	}}, mustReduce(t, interest, whole))
}

func TestOfAnUntypedObjectOnlyTheServersOwnNotesGo(t *testing.T) {
	whole := foo(map[string]any{"a": "b"})
	whole.SetResourceVersion("7")
	before := whole.DeepCopy()
	reduced := mustReduce(t, gate.Interest{Form: gate.Untyped}, whole)
	require.Equal(t, before, whole)
	require.Equal(t, &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "stable.example.com/v1", "kind": "Foo",
		"metadata": map[string]any{"namespace": "default", "name": "my-foo"},
		"spec":     map[string]any{"a": "b"},
	}}, reduced)
	strange := &unstructured.Unstructured{Object: map[string]any{"metadata": "none"}}
	require.Equal(t, strange, mustReduce(t, gate.Interest{Form: gate.Untyped}, strange))
}

// A Pod as a cluster has it becomes a small one: what is kept of thousands is what the companion's memory is.
func TestAReducedPodIsSmall(t *testing.T) {
	pod := podOf(daemonSet(), "n1", "True")
	for i := range 10 {
		pod.Spec.Containers = append(pod.Spec.Containers, corev1.Container{Name: string(rune('a' + i)), Image: "registry.example/image", Command: slices.Repeat([]string{"word"}, 50)})
		pod.Status.ContainerStatuses = append(pod.Status.ContainerStatuses, corev1.ContainerStatus{Name: string(rune('a' + i)), ImageID: "sha256:0"})
	}
	reduced := mustReduce(t, gate.Interest{Selector: "app=ovs", Form: gate.Whole}, pod)
	require.Equal(t, map[string]string{"app": "ovs"}, reduced.GetLabels())
	require.Less(t, sizeOf(reduced), 200)
	require.Greater(t, sizeOf(pod), 3000)
}

func TestSizesAreThoseOnTheWireMoreOrLess(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 100 {
		spec := map[string]any{"list": []any{"a", int64(random.IntN(9)), true}, "text": string(make([]byte, random.IntN(1000))), "none": nil}
		one := foo(spec)
		wire, err := one.MarshalJSON()
		require.NoError(t, err)
		require.Less(t, sizeOf(one), 2*len(wire)+200)
		require.Greater(t, sizeOf(one), len(spec["text"].(string)))
	}
}

func mustReduce(t *testing.T, interest gate.Interest, whole any) metav1.Object {
	t.Helper()
	reduced, err := reducing(interest)(whole)
	require.NoError(t, err)
	return reduced.(metav1.Object)
}
