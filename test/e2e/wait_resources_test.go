package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// A Pod waits for an object of a kind that the cluster's operator made known, with fields and a condition as it needs them. Its messages name
// what differs, and no value.
func TestPodRunsWhenAResourceIsAsItIsAskedFor(t *testing.T) {
	t.Parallel()
	namespace := makeNamespace(t)
	defineKind(t, "Foo", "foos")
	defineKind(t, "Bar", "bars")
	for name, story := range map[string]func(*testing.T, string){
		"of a kind that the operator listed":            waitForListedKind,
		"of a kind that he did not list, until he does": waitForUnlistedKind,
		"which nobody may be asked about":               waitForSecret,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			story(t, namespace)
		})
	}
}

func waitForListedKind(t *testing.T, namespace string) {
	t.Helper()
	entries := "- resource: {apiVersion: stable.example.com/v1, kind: Foo, name: my-foo}\n" +
		"  fields: [{key: spec.arbitrary-key, value: sesame}, {key: spec.replicas, value: 3}, {key: spec.on, value: true}]\n" +
		"  conditions: [{type: Ready, status: \"True\"}]"
	pod := makeWaiting(entries)
	pod.Name = "for-foo"
	applyResource(t, namespace, "Foo", `{"arbitrary-key": "closed", "replicas": 3, "on": false}`, "False")
	pod = awaitMissing(t, createPod(t, namespace, pod), "not as asked: condition Ready, spec.arbitrary-key, spec.on")
	for _, message := range eventsOf(t, namespace, "Pod/for-foo", "WaitingFor") {
		require.NotContains(t, message, "closed")
		require.NotContains(t, message, "sesame")
	}

	applyResource(t, namespace, "Foo", `{"arbitrary-key": "sesame", "replicas": 3, "on": true}`, "True")

	requireRuns(t, pod)
}

func waitForUnlistedKind(t *testing.T, namespace string) {
	t.Helper()
	applyResource(t, namespace, "Bar", `{}`, "True")
	pod := makeWaiting("- resource: {apiVersion: stable.example.com/v1, kind: Bar, name: my-bar}")
	pod.Name = "for-bar"
	pod = awaitMissing(t, createPod(t, namespace, pod),
		"the companion may not list and watch bars.stable.example.com: add it to dependencies.resources of the chart")

	letCompanionRead(t, "bars")

	requireRuns(t, pod)
}

func waitForSecret(t *testing.T, namespace string) {
	t.Helper()
	pod := makeWaiting("- resource: {apiVersion: v1, kind: Secret, name: credentials}\n  fields: [{key: data.token, value: eA==}]")
	_, err := client.CoreV1().Pods(namespace).Create(t.Context(), pod, createOptions())
	require.ErrorContains(t, err, "Secret")
	require.ErrorContains(t, err, "orderly.dev/wait-for")
}

// defineKind makes a kind of the group stable.example.com known to the API server, until the test ends.
func defineKind(t *testing.T, kind, plural string) {
	t.Helper()
	definition := fmt.Sprintf(`
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: %[2]s.stable.example.com}
spec:
  group: stable.example.com
  scope: Namespaced
  names: {kind: %[1]s, plural: %[2]s}
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
`, kind, plural)
	mustKubectl(t, definition, "apply", "-f", "-")
	t.Cleanup(func() { mustKubectl(t, "", "delete", "crd", plural+".stable.example.com") })
	mustKubectl(t, "", "wait", "--for=condition=Established", "--timeout=1m", "crd/"+plural+".stable.example.com")
}

// applyResource makes the object my-foo of the kind Foo, or changes it.
func applyResource(t *testing.T, namespace, kind, spec, ready string) {
	t.Helper()
	mustKubectl(t, fmt.Sprintf(`
apiVersion: stable.example.com/v1
kind: %s
metadata: {name: %s, namespace: %s}
spec: %s
status: {conditions: [{type: Ready, status: %q}]}
`, kind, "my-"+strings.ToLower(kind), namespace, spec, ready), "apply", "-f", "-")
}

// letCompanionRead gives the right that the chart would give, until the test ends.
func letCompanionRead(t *testing.T, plural string) {
	t.Helper()
	name := "e2e-companion-reads-" + plural
	roles, bindings := client.RbacV1().ClusterRoles(), client.RbacV1().ClusterRoleBindings()
	_, err := roles.Create(t.Context(), &rbacv1.ClusterRole{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Rules:      []rbacv1.PolicyRule{{APIGroups: []string{"stable.example.com"}, Resources: []string{plural}, Verbs: []string{"get", "list", "watch"}}},
	}, createOptions())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, roles.Delete(cleanupContext(t), name, metav1.DeleteOptions{})) })
	_, err = bindings.Create(t.Context(), &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: name},
		Subjects:   []rbacv1.Subject{{Kind: rbacv1.ServiceAccountKind, Namespace: orderlyNamespace, Name: companion}},
	}, createOptions())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, bindings.Delete(cleanupContext(t), name, metav1.DeleteOptions{})) })
}
