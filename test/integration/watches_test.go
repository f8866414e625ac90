package integration

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/rest"

	"orderly.dev/mutate/contract"
	"orderly.dev/mutate/dependency"
)

func parseEntries(t *testing.T, entries ...string) []dependency.Entry {
	t.Helper()
	parsed, problems := dependency.Parse("- {" + strings.Join(entries, "}\n- {") + "}")
	require.Empty(t, problems)
	return parsed
}

func waitingPod(namespace, name string) *corev1.Pod {
	return &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name, UID: types.UID(name)}, Spec: corev1.PodSpec{NodeName: "n1"}}
}

func makeEndpoints(namespace, service string, ready bool) *discoveryv1.EndpointSlice {
	return &discoveryv1.EndpointSlice{
		ObjectMeta:  metav1.ObjectMeta{Namespace: namespace, Name: service + "-x", Labels: map[string]string{discoveryv1.LabelServiceName: service}},
		AddressType: discoveryv1.AddressTypeIPv4,
		Endpoints:   []discoveryv1.Endpoint{{Addresses: []string{"10.0.0.1"}, Conditions: discoveryv1.EndpointConditions{Ready: &ready}}},
	}
}

func TestTenThousandPodsThatWaitForOneServiceSendOneRequest(t *testing.T) {
	w, namespace := startWatches(t, rest.ImpersonationConfig{}), makeNamespace(t, nil)
	entries := parseEntries(t, "service: db")
	for i := range 10_000 {
		w.Look(waitingPod(namespace, fmt.Sprint("app-", i)), entries)
	}
	first := waitingPod(namespace, "app-0")
	w.eventuallyMisses("service db: no endpoints: is there a Service of that name with a selector?", first, entries)
	slice := mustCreate(t, makeEndpoints(namespace, "db", false))
	mustCreate(t, makeEndpoints(namespace, "other", true))
	w.eventuallyMisses("service db: 0 of 1 endpoints ready", first, entries)
	w.takeTold()
	mustUpdate(t, slice, func(s *discoveryv1.EndpointSlice) { s.Endpoints[0].Conditions.Ready = new(true) })
	told := map[types.NamespacedName]int{}
	eventually(t, "all are told", func() error {
		for pod, times := range w.takeTold() {
			told[pod] += times
		}
		if len(told) != 10_000 {
			return fmt.Errorf("%d are told", len(told))
		}
		return nil
	})
	require.Empty(t, w.missing(waitingPod(namespace, "app-9999"), entries))
	require.Equal(t, 1, w.Count())
	require.Equal(t, map[string]int{"watch /apis/discovery.k8s.io/v1/namespaces/" + namespace + "/endpointslices": 1}, w.copySent())
}

func TestAJobIsWatchedByItsName(t *testing.T) {
	w, namespace := startWatches(t, rest.ImpersonationConfig{}), makeNamespace(t, nil)
	pod, entries := waitingPod(namespace, "app"), parseEntries(t, "job: work")
	w.eventuallyMisses("job work: there is no such Job", pod, entries)
	job := makeJob(namespace)
	mustCreate(t, job)
	w.eventuallyMisses("job work: it has not succeeded yet (0 active, 0 failed)", pod, entries)
	job.Status.Active = 1
	require.NoError(t, admin.Status().Update(t.Context(), job))
	w.eventuallyMisses("job work: it has not succeeded yet (1 active, 0 failed)", pod, entries)
	for interest, seen := range w.Look(pod, entries) {
		require.Equal(t, "work", interest.Name)
		require.Len(t, seen.Objects, 1)
		require.Empty(t, seen.Objects[0].(*batchv1.Job).Spec, "only what is read is kept")
		require.Empty(t, seen.Objects[0].GetManagedFields())
	}
}

func TestANamespaceThatConsentsIsLookedInto(t *testing.T) {
	w, namespace, other := startWatches(t, rest.ImpersonationConfig{}), makeNamespace(t, nil), makeNamespace(t, nil)
	mustCreate(t, makeEndpoints(other, "db", true))
	pod, entries := waitingPod(namespace, "app"), parseEntries(t, "service: '"+other+":db'")
	refused := fmt.Sprintf("service %s:db: annotation %s of namespace %s does not name %s", other, contract.AnnotationShareReadinessWith, other, namespace)
	w.eventuallyMisses(refused, pod, entries)
	consent := func(with string) {
		mustUpdate(t, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: other}}, func(n *corev1.Namespace) {
			n.Annotations = map[string]string{contract.AnnotationShareReadinessWith: with}
		})
	}
	consent("a, " + namespace)
	w.eventuallyMisses("", pod, entries)
	consent("a")
	w.eventuallyMisses(refused, pod, entries)
}

// makeKind gives a CustomResourceDefinition. Its fields are anything.
func makeKind(group, scope string) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
		"metadata": map[string]any{"name": "foos." + group},
		"spec": map[string]any{
			"group": group, "scope": scope, "names": map[string]any{"plural": "foos", "singular": "foo", "kind": "Foo", "listKind": "FooList"},
			"versions": []any{map[string]any{"name": "v1", "served": true, "storage": true, "schema": map[string]any{
				"openAPIV3Schema": map[string]any{"type": "object", "x-kubernetes-preserve-unknown-fields": true},
			}}},
		},
	}}
}

func makeFoo(group, namespace string, spec map[string]any) *unstructured.Unstructured {
	foo := &unstructured.Unstructured{Object: map[string]any{"apiVersion": group + "/v1", "kind": "Foo", "spec": spec}}
	foo.SetName("my-foo")
	foo.SetNamespace(namespace)
	return foo
}

// mustInstall installs a kind, and waits until the API server takes an object of it.
func mustInstall(t *testing.T, kind, first *unstructured.Unstructured) {
	t.Helper()
	mustCreate(t, kind)
	eventually(t, "an object of the kind can be made", func() error { return admin.Create(t.Context(), first) })
}

func TestAKindThatComesLaterIsFound(t *testing.T) {
	for _, tc := range []struct{ name, group, scope string }{
		{"in namespaces", "namespaced.example.com", "Namespaced"},
		{"without namespaces", "global.example.com", "Cluster"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w, namespace := startWatches(t, rest.ImpersonationConfig{}), makeNamespace(t, nil)
			about := fmt.Sprintf("resource: {apiVersion: %s/v1, kind: Foo, name: my-foo}", tc.group)
			pod, entries := waitingPod(namespace, "app"), parseEntries(t, about, about+", fields: [{key: spec.phase, value: done}]")
			unknown := "there is no kind Foo in " + tc.group + "/v1 in this cluster"
			w.eventuallyMisses("Foo my-foo: "+unknown+"; Foo my-foo (spec.phase): "+unknown, pod, entries)

			foo := makeFoo(tc.group, map[string]string{"Namespaced": namespace}[tc.scope], map[string]any{"phase": "new"})
			kind := makeKind(tc.group, tc.scope)
			mustInstall(t, kind, foo)
			w.eventuallyMisses("Foo my-foo (spec.phase): not as asked: spec.phase", pod, entries)
			foo.Object["spec"] = map[string]any{"phase": "done"}
			require.NoError(t, admin.Update(t.Context(), foo))
			w.eventuallyMisses("", pod, entries)

			require.NoError(t, admin.Delete(t.Context(), kind))
			w.eventuallyMisses("Foo my-foo: "+unknown+"; Foo my-foo (spec.phase): "+unknown, pod, entries)
		})
	}
}

func TestARightThatIsMissingIsNamedAndItsGrantIsNoticed(t *testing.T) {
	const group = "granted.example.com"
	w, namespace := startWatches(t, rest.ImpersonationConfig{UserName: "watcher", Groups: []string{"system:authenticated"}}), makeNamespace(t, nil)
	mustInstall(t, makeKind(group, "Namespaced"), makeFoo(group, namespace, nil))
	pod, entries := waitingPod(namespace, "app"), parseEntries(t, "resource: {apiVersion: "+group+"/v1, kind: Foo, name: my-foo}")
	w.eventuallyMisses("Foo my-foo: the companion may not list and watch foos."+group+": add it to dependencies.resources of the chart", pod, entries)

	role := &rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: "watcher"}}
	role.Rules = []rbacv1.PolicyRule{{APIGroups: []string{group}, Resources: []string{"foos"}, Verbs: []string{"get", "list", "watch"}}}
	mustCreate(t, role)
	mustCreate(t, &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: "watcher"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "watcher"},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: "watcher"}},
	})
	w.eventuallyMisses("", pod, entries)
}

func TestAFieldOfAKindThatTheOperatorDidNotListIsNotRead(t *testing.T) {
	w, namespace := startWatches(t, rest.ImpersonationConfig{}), makeNamespace(t, nil)
	mustCreate(t, makeJob(namespace))
	pod, entries := waitingPod(namespace, "app"), parseEntries(t, "resource: {apiVersion: batch/v1, kind: Job, name: work}, fields: [{key: spec.backoffLimit, value: 6}]")
	w.eventuallyMisses("Job work (spec.backoffLimit): the operator did not list jobs.batch for entries of the kind resource: "+
		"add it to dependencies.resources of the chart", pod, entries)
	require.Empty(t, w.copySent())
}
