package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// The Deployments of Orderly.
const (
	webhookServer = "orderly-webhook"
	companion     = "orderly-sidecarstop"
)

// While the webhook is away, those who ask for Orderly are refused. Nobody else notices, and what runs goes on.
// Not parallel: other tests need the webhook.
func TestOnlyThoseWhoAskAreRefusedWhileTheWebhookIsAway(t *testing.T) {
	namespace := makeNamespace(t)
	createJob(t, namespace, makeJob("one, two", shell("one", "until test -e /shared/go; do sleep 0.1; done"), shell("two", "echo two"),
		shell("agent", "exec sleep 1000000")))
	pod := waitForPod(t, namespace, "the steps to be started", allRun)
	stopDeployment(t, webhookServer)

	_, err := client.CoreV1().Pods(namespace).Create(t.Context(), podOf(makeJob("one", shell("one", "true"))), createOptions())
	require.ErrorContains(t, err, `failed calling webhook "pods.orderly.dev"`)
	createPod(t, namespace, &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: "bystander"},
		Spec:       corev1.PodSpec{RestartPolicy: corev1.RestartPolicyNever, Containers: []corev1.Container{shell("main", "true")}},
	})
	runInside(t, pod, "one", "touch /shared/go")
	waitForJob(t, namespace, batchv1.JobComplete)
	require.Equal(t, "two\n", logs(t, getPod(t, namespace), "two"))
}

// stopDeployment stops a part of Orderly until the test ends.
func stopDeployment(t *testing.T, name string) {
	t.Helper()
	scaleTo := func(replicas int32) (before int32) {
		ctx := cleanupContext(t)
		deployments := client.AppsV1().Deployments(orderlyNamespace)
		scale, err := deployments.GetScale(ctx, name, metav1.GetOptions{})
		require.NoError(t, err)
		before, scale.Spec.Replicas = scale.Spec.Replicas, replicas
		_, err = deployments.UpdateScale(ctx, name, scale, metav1.UpdateOptions{})
		require.NoError(t, err)
		return before
	}
	before := scaleTo(0)
	t.Cleanup(func() {
		scaleTo(before)
		waitForOrderly(t)
	})
	waitForOrderly(t) // none is wanted, and none is left
}
