package e2e

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

// A service mesh or a logging agent adds a sidecar with a command of its own to every Pod, first in the list.
func TestSidecarThatAnotherWebhookAddsLeavesWhenTheStepsHaveEnded(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name  string
		order webhookOrder
	}{
		{"called after Orderly", afterOrderly},
		{"called before Orderly", beforeOrderly},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			namespace := makeNamespace(t)
			serveWebhook(t, webhookOptions{namespace: namespace, order: tc.order, change: func(pod *corev1.Pod) {
				addOnce(pod, shell("agent", "echo agent up; exec sleep 1000000"), atTheStart)
			}})
			createJob(t, namespace, makeJob("one, two", shell("one", "echo one"), shell("two", "echo two")))

			waitForJob(t, namespace, batchv1.JobComplete)

			pod := getPod(t, namespace)
			require.Equal(t, []string{"agent", "one", "two"}, containerNames(pod.Spec.Containers))
			agent := status(t, pod, "agent")
			require.Zero(t, agent.RestartCount)
			require.Zero(t, agent.State.Terminated.ExitCode)
			require.Equal(t, "agent up\n", logs(t, pod, "agent"))
			requireEndedAfter(t, pod, "agent", "two")
		})
	}
}

// A secrets webhook puts its tool in front of every command, as vault-env does. Each command is wrapped once.
func TestToolInFrontOfEveryCommandIsKept(t *testing.T) {
	t.Parallel()
	namespace := makeNamespace(t)
	prefix := []string{"env", "FROM_TOOL=secret"}
	serveWebhook(t, webhookOptions{namespace: namespace, order: afterOrderly, change: func(pod *corev1.Pod) {
		for i := range pod.Spec.Containers {
			c := &pod.Spec.Containers[i]
			if len(c.Command) > 0 && c.Command[0] != prefix[0] {
				c.Args = slices.Concat(prefix[1:], c.Command, c.Args)
				c.Command = prefix[:1]
			}
		}
	}})
	createJob(t, namespace, makeJob("one, two", shell("one", "echo one $FROM_TOOL"), shell("two", "echo two $FROM_TOOL")))

	waitForJob(t, namespace, batchv1.JobComplete)

	pod := getPod(t, namespace)
	require.Equal(t, "one secret\n", logs(t, pod, "one"))
	require.Equal(t, "two secret\n", logs(t, pod, "two"))
	for _, c := range pod.Spec.Containers {
		words := slices.Concat(c.Command, c.Args)
		wrappers := slices.DeleteFunc(slices.Clone(words), func(word string) bool { return word != contract.WrapperPath })
		require.Lenf(t, wrappers, 1, "%s is wrapped more than once: %q", c.Name, words)
		require.Equal(t, contract.Completed, report(t, pod, c.Name).Reason)
	}
}

func containerNames(containers []corev1.Container) []string {
	names := make([]string, 0, len(containers))
	for _, c := range containers {
		names = append(names, c.Name)
	}
	return names
}
