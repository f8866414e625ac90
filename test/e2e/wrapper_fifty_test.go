package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
)

// A user writes a Pod of fifty steps. Each runs once, in its place.
func TestFiftyStepsOfOnePodRunInOrder(t *testing.T) {
	t.Parallel()
	const steps = 50
	var names []string
	var containers []corev1.Container
	var want strings.Builder
	for i := range steps {
		name := fmt.Sprint("s", i)
		names = append(names, name)
		containers = append(containers, shell(name, "echo "+name+" >> /shared/order; cat /shared/order"))
		fmt.Fprintln(&want, name)
	}
	namespace := makeNamespace(t)
	createJob(t, namespace, makeJob(strings.Join(names, ", "), containers...))

	ended := waitForJob(t, namespace, batchv1.JobComplete)

	require.Zero(t, ended.Status.Failed)
	pod := getPod(t, namespace)
	require.Equal(t, corev1.PodSucceeded, pod.Status.Phase)
	require.Equal(t, want.String(), logs(t, pod, names[steps-1]))
	for _, name := range names {
		require.Zerof(t, status(t, pod, name).RestartCount, "%s was restarted", name)
		require.Equalf(t, name, report(t, pod, name).Step, "%s", name)
	}
}
