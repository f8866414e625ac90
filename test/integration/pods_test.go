package integration

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

func TestAPodThatAsksIsRewritten(t *testing.T) {
	pod := mustCreate(t, makePod(makeNamespace(t, optedIn), withSteps()))
	requireRewritten(t, pod, "fetch")
	requireRewritten(t, pod, "build")
	require.Equal(t, "true", pod.Labels["orderly.dev/managed"])
	require.Len(t, pod.Spec.Containers, 2)
	require.Equal(t, "proxy", pod.Spec.InitContainers[0].Name)
	require.Contains(t, fmt.Sprint(pod.Spec.Volumes), toolsImage)
}

func TestServerSideDryRunShowsTheRewrite(t *testing.T) {
	namespace := makeNamespace(t, optedIn)
	pod := makePod(namespace, withSteps())
	require.NoError(t, admin.Create(t.Context(), pod, client.DryRunAll))
	requireRewritten(t, pod, "build")
	require.True(t, apierrors.IsNotFound(admin.Get(t.Context(), client.ObjectKeyFromObject(pod), pod)))
}

func TestEveryProblemOfAPodIsDeniedAtOnce(t *testing.T) {
	pod := makePod(makeNamespace(t, optedIn), annotated(map[string]string{"orderly.dev/steps": "fetch, biuld, []", "orderly.dev/stepz": "x"}))
	err := admin.Create(t.Context(), pod)
	require.True(t, apierrors.IsInvalid(err), "%v", err)
	require.ErrorContains(t, err, `admission webhook "pods.orderly.dev" denied the request: Pod "work" is invalid:`)
	require.ErrorContains(t, err, "\n* metadata.annotations[orderly.dev/steps]")
	require.ErrorContains(t, err, "\n* metadata.annotations[orderly.dev/stepz]")
	require.GreaterOrEqual(t, len(err.(apierrors.APIStatus).Status().Details.Causes), 3, "%v", err)
}

func TestKubectlPrintsEachProblemOnALine(t *testing.T) {
	pod := makePod(makeNamespace(t, optedIn), annotated(map[string]string{"orderly.dev/steps": "fetch, biuld", "orderly.dev/stepz": "x"}))
	output, err := kubectlApply(t, pod)
	require.Error(t, err)
	require.Regexp(t, `^The Pod "work" is invalid: \n`+
		`\* metadata\.annotations\[orderly\.dev/steps\]: [^\n]*\n\* metadata\.annotations\[orderly\.dev/stepz\]: [^\n]*\n$`, output)
}

func TestKubectlPrintsWhatWasUnderstood(t *testing.T) {
	output, err := kubectlApply(t, makePod(makeNamespace(t, optedIn), withSteps()))
	require.NoError(t, err, output)
	require.Contains(t, output, "Warning: ")
	require.Contains(t, output, "fetch → build")
}

// kubectlApply gives what kubectl prints.
func kubectlApply(t *testing.T, pod *corev1.Pod) (string, error) {
	t.Helper()
	pod.APIVersion, pod.Kind = "v1", "Pod"
	return kubectl(t, pod, "apply", "-f", "-")
}

func TestWhoeverDoesNotAskIsNotSentToTheWebhook(t *testing.T) {
	before := mustCount(t)
	namespace := makeNamespace(t, optedIn)
	for i, b := range bystanders(namespace) {
		t.Run(b.name, func(t *testing.T) {
			b.pod.Name = untouched[i].pod.Name
			got := mustCreate(t, b.pod)
			require.Equal(t, essence(untouched[i].pod), essence(got), "as where Orderly is not installed")
			require.Equal(t, before, mustCount(t), "the webhook was called")
		})
	}
}

func TestNamespacesThatDidNotOptInAreNotSentToTheWebhook(t *testing.T) {
	before := mustCount(t)
	for _, tc := range []struct {
		name   string
		labels map[string]string
	}{
		{"without the label", nil},
		{"with another value", map[string]string{"orderly.dev/inject": "true"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			pod := makePod(makeNamespace(t, tc.labels), withSteps())
			want := pod.DeepCopy()
			mustCreate(t, pod)
			require.Equal(t, want.Annotations, pod.Annotations)
			require.Empty(t, pod.Labels)
			require.Equal(t, want.Spec.Containers[0].Command, pod.Spec.Containers[0].Command)
			require.Equal(t, before, mustCount(t), "the webhook was called")
		})
	}
}

func TestMirrorPodsAreNotSentToTheWebhook(t *testing.T) {
	before := mustCount(t)
	pod := makePod(makeNamespace(t, optedIn), annotated(map[string]string{
		"kubernetes.io/config.mirror": "x", "orderly.dev/steps": "nonsense [",
	}))
	pod.Spec.NodeName = "node"
	require.NoError(t, admin.Create(t.Context(), pod, client.DryRunAll))
	require.Equal(t, before, mustCount(t), "the webhook was called")
}

// mustCount gives how many requests the webhook was asked so far.
func mustCount(t *testing.T) int {
	t.Helper()
	count, err := theWebhook.requests(t.Context())
	require.NoError(t, err)
	return count
}
