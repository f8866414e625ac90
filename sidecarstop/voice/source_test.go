package voice_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/mutate/contract/clone"
)

// clonerOf is one that put all repositories of an order in place.
func clonerOf(t *testing.T, order clone.Order) func(*corev1.Pod) {
	t.Helper()
	decoded, err := clone.DecodeOrder(order.Encode())
	require.NoError(t, err)
	require.Equal(t, order, decoded)
	return func(pod *corev1.Pod) {
		aCloner(ended(0, "Completed", ""))(pod)
		pod.Spec.InitContainers[len(pod.Spec.InitContainers)-1].Args = []string{order.Encode()}
	}
}

func TestSourcesGiveWayToSteps(t *testing.T) {
	order := clone.Order{Workspace: "/workspace", EnvPrefix: "ORDERLY_"}
	for i := range clone.MaxRepositories {
		url, err := clone.ParseURL(fmt.Sprintf("https://git.example.com/%s/%d.git", strings.Repeat("x", 900), i))
		require.NoError(t, err)
		path, err := clone.ParsePath(fmt.Sprintf("r%d", i))
		require.NoError(t, err)
		order.Repositories = append(order.Repositories, clone.Repository{URL: url, Path: path})
	}
	few := mustResult(t, makePod(clonerOf(t, order), aStep("a", completed("a"))))
	require.Len(t, few.Sources, clone.MaxRepositories)
	require.Equal(t, clone.Checkout{Path: "r0", URL: order.Repositories[0].URL.String(), RefType: "ref", RefName: "HEAD"}, few.Sources[0],
		"what the cloner could not say is what the Pod asked for")

	all := []func(*corev1.Pod){clonerOf(t, order)}
	for i := range contract.MaxSteps {
		name := fmt.Sprintf("%d-%s", i, strings.Repeat("x", 55))
		all = append(all, aStep(name, waiting("CreateContainerConfigError", strings.Repeat("m", 400))))
	}
	many := mustResult(t, makePod(append(all, inPhase(corev1.PodFailed, "Evicted", ""))...))
	require.Len(t, many.Steps, contract.MaxSteps)
	require.Zero(t, many.Omitted)
}
