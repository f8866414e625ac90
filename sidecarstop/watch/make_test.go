package watch

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"

	"orderly.dev/mutate/contract"
	"orderly.dev/mutate/dependency"
)

// parse reads entries as they stand in the annotation, each without the dash.
func parse(t testing.TB, entries ...string) []dependency.Entry {
	t.Helper()
	parsed, problems := dependency.Parse("- {" + strings.Join(entries, "}\n- {") + "}")
	require.Empty(t, problems)
	return parsed
}

func nameOf(pod *corev1.Pod) types.NamespacedName {
	return types.NamespacedName{Namespace: pod.Namespace, Name: pod.Name}
}

// meta is that of an object in namespace default.
func about(name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Namespace: "default", Name: name, UID: types.UID("uid-" + name), Generation: 1}
}

// waitingPod is a Pod on node n1 that waits.
func waitingPod(name string) *corev1.Pod {
	return &corev1.Pod{ObjectMeta: about(name), Spec: corev1.PodSpec{NodeName: "n1"}}
}

func onNode(node string, pod *corev1.Pod) *corev1.Pod {
	pod.Spec.NodeName = node
	return pod
}

func within[T object](namespace string, o T) T {
	o.SetNamespace(namespace)
	return o
}

// endpoints are those of the Service db, ready or not.
func endpoints(ready ...bool) *discoveryv1.EndpointSlice {
	slice := &discoveryv1.EndpointSlice{ObjectMeta: about("db-x")}
	slice.Labels = map[string]string{discoveryv1.LabelServiceName: "db", "app": "database"}
	for i := range ready {
		slice.Endpoints = append(slice.Endpoints, discoveryv1.Endpoint{
			Addresses: []string{string(rune('a' + i))}, Conditions: discoveryv1.EndpointConditions{Ready: &ready[i]},
		})
	}
	return slice
}

// job is one that has succeeded so often.
func job(name string, succeeded int32) *batchv1.Job {
	return &batchv1.Job{ObjectMeta: about(name), Status: batchv1.JobStatus{Succeeded: succeeded}}
}

// sharing is the namespace identity, which consents to others.
func sharing(with string) *corev1.Namespace {
	return &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
		Name: "identity", Annotations: map[string]string{contract.AnnotationShareReadinessWith: with, "other": "dropped"},
	}}
}

func daemonSet() *appsv1.DaemonSet {
	return &appsv1.DaemonSet{ObjectMeta: about("ovs"), Spec: appsv1.DaemonSetSpec{
		Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": "ovs"}},
	}}
}

// podOf is a Pod of a DaemonSet on a node.
func podOf(owner *appsv1.DaemonSet, node string, ready corev1.ConditionStatus) *corev1.Pod {
	pod := &corev1.Pod{ObjectMeta: about(owner.Name + "-" + node), Spec: corev1.PodSpec{NodeName: node}}
	pod.Labels = map[string]string{"app": owner.Name, "pod-template-generation": "1"}
	pod.OwnerReferences = []metav1.OwnerReference{{UID: owner.UID, Kind: "DaemonSet", Name: owner.Name, Controller: new(true)}}
	pod.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: ready}}
	return pod
}

const fooEntry = "resource: {apiVersion: stable.example.com/v1, kind: Foo, name: my-foo}"

func foo(spec map[string]any) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "stable.example.com/v1", "kind": "Foo",
		"metadata": map[string]any{"namespace": "default", "name": "my-foo", "managedFields": []any{map[string]any{"manager": "kubectl"}}},
		"spec":     spec,
	}}
}
