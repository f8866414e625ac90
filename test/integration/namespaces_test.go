package integration

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"
)

// neverCaught are the namespaces of the system, and Orderly's own.
var neverCaught = []string{"kube-system", "kube-public", "kube-node-lease", systemSpace}

// What runs there must come up again while Orderly does not, and be it Orderly itself.
func TestNamespacesOfTheSystemAreNeverSentToTheWebhookWhateverTheirLabels(t *testing.T) {
	for _, name := range neverCaught {
		namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}
		labels := mustGet(t, namespace).Labels
		defer mustUpdate(t, namespace, func(n *corev1.Namespace) { n.Labels = labels }) // and not by Cleanup, when the test's context has ended
		mustUpdate(t, namespace, func(n *corev1.Namespace) {
			n.Labels = map[string]string{"orderly.dev/inject": "enabled", "kubernetes.io/metadata.name": "another"}
		})
	}
	requireLabelsAreSeen(t)
	for _, name := range neverCaught {
		t.Run(name, func(t *testing.T) {
			before := mustCount(t)
			for _, object := range askingObjects(t) {
				object.SetNamespace(name)
				require.NoError(t, admin.Create(t.Context(), object, client.DryRunAll), "the %s", object.GetKind())
			}
			require.Equal(t, before, mustCount(t), "the webhook was called")
		})
	}
}

// requireLabelsAreSeen waits until the API server chooses by labels that a namespace was given only now, and so by those of every change
// before.
func requireLabelsAreSeen(t *testing.T) {
	t.Helper()
	namespace := makeNamespace(t, nil)
	mustUpdate(t, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}}, func(n *corev1.Namespace) { n.Labels = optedIn })
	eventually(t, "the API server sees the labels of a namespace", func() error {
		pod := makePod(namespace, withSteps())
		if err := admin.Create(t.Context(), pod, client.DryRunAll); err != nil {
			return err
		}
		if len(pod.Spec.InitContainers) == 0 && len(pod.Spec.Volumes) == 0 {
			return errors.New("a Pod was not rewritten")
		}
		return nil
	})
}

// askingObjects are one of each kind that can ask, with a wish that the webhook would refuse.
func askingObjects(t *testing.T) []*unstructured.Unstructured {
	t.Helper()
	text := strings.NewReplacer(
		"MAPS", `labels: {orderly.dev/inject: "true"}, annotations: {orderly.dev/steps: "nonsense ["}`,
		"POD", "{restartPolicy: Never, containers: [{name: a, image: i}]}",
		"{labels: {app: x}}", `{labels: {app: x, orderly.dev/inject: "true"}}`,
	).Replace(objectsOfAllKinds)
	var objects []*unstructured.Unstructured
	for document := range strings.SplitSeq(text, "---\n") {
		object := &unstructured.Unstructured{}
		require.NoError(t, yaml.Unmarshal([]byte(document), &object.Object))
		objects = append(objects, object)
	}
	return objects
}

// Else the namespaces of the system would prove nothing.
func TestTheObjectsThatTheSystemMayHaveAreRefusedElsewhere(t *testing.T) {
	namespace := makeNamespace(t, optedIn)
	for _, object := range askingObjects(t) {
		object.SetNamespace(namespace)
		require.ErrorContains(t, admin.Create(t.Context(), object, client.DryRunAll), "orderly.dev", "the %s", object.GetKind())
	}
}
