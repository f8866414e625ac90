package e2e

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"orderly.dev/mutate/contract"
)

// share sets whom a namespace lets wait for its objects.
func share(t *testing.T, namespace, with string) {
	t.Helper()
	patch := fmt.Sprintf(`{"metadata": {"annotations": {%q: %q}}}`, contract.AnnotationShareReadinessWith, with)
	_, err := client.CoreV1().Namespaces().Patch(t.Context(), namespace, types.MergePatchType, []byte(patch), metav1.PatchOptions{})
	require.NoError(t, err)
}

// A Pod waits for a Service of another team, which is ready. It waits until they agree, and they need not restart anything.
func TestServiceOfAnotherNamespaceCountsWhenThatOneAgrees(t *testing.T) {
	t.Parallel()
	here, there := makeNamespace(t), createNamespace(t, nil)
	startService(t, there, "db")
	tellReady(t, there, "db")
	refused := fmt.Sprintf("service %s:db: annotation %s of namespace %s does not name %s", there, contract.AnnotationShareReadinessWith, there, here)
	pod := awaitMissing(t, createPod(t, here, makeWaiting("- service: "+there+":db")), refused)

	share(t, there, "some-other, "+here)

	requireRuns(t, pod)
}

// They take their agreement back while a Pod waits: what becomes ready then does not count. When they agree again, it does.
func TestServiceOfAnotherNamespaceDoesNotCountWhenThatOneNoLongerAgrees(t *testing.T) {
	t.Parallel()
	here, there := makeNamespace(t), createNamespace(t, nil)
	share(t, there, "*")
	startService(t, there, "db")
	pod := makeWaiting("- service: db\n  namespace: " + there)
	pod = awaitMissing(t, createPod(t, here, pod), "service "+there+":db: 0 of 1 endpoints ready")

	share(t, there, "some-other")
	// What a Pod said stays for half a minute.
	pod = awaitMissing(t, pod, "does not name "+here)
	tellReady(t, there, "db")
	other := makeWaiting("- service: " + there + ":db")
	other.Name = "later"
	awaitMissing(t, createPod(t, here, other), "does not name "+here)
	requireClosed(t, awaitPod(t, pod, "a look at the Pod", hasAnyState))

	share(t, there, here)

	requireRuns(t, pod)
}
