package registry

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"orderly.dev/mutate"
	"orderly.dev/mutate/contract"
	"orderly.dev/webhook"
	"orderly.dev/webhook/registry"
)

// asWebhook reads Secrets with the rights of the webhook's ServiceAccount.
func asWebhook(t *testing.T) registry.SecretReader {
	t.Helper()
	config := rest.CopyConfig(adminConfig)
	config.Impersonate.UserName = "system:serviceaccount:orderly-system:orderly-webhook"
	reader, err := client.New(config, client.Options{})
	require.NoError(t, err)
	return registry.SecretReaderFunc(func(ctx context.Context, namespace, name string) (*corev1.Secret, error) {
		secret := &corev1.Secret{}
		return secret, reader.Get(ctx, client.ObjectKey{Namespace: namespace, Name: name}, secret)
	})
}

// makeRewriter gives what answers requests about Pods, with nothing remembered yet.
func makeRewriter(t *testing.T, change ...func(*registry.Options)) webhook.Rewriter[*corev1.Pod] {
	t.Helper()
	options := registry.Options{CAFile: authority.certFile, Secrets: asWebhook(t)}
	for _, c := range change {
		c(&options)
	}
	r, err := registry.New(options)
	require.NoError(t, err)
	config := mutate.Config{ToolsImage: "tools.example/tools:v1"}
	return webhook.Pods(config, r.Source(config)).Create
}

// makePod gives a Pod with one step, which names no command.
func makePod(namespace, image string, secrets ...string) *corev1.Pod {
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: "work", Namespace: namespace, Annotations: map[string]string{contract.AnnotationSteps: "build"}},
		Spec:       corev1.PodSpec{RestartPolicy: corev1.RestartPolicyNever, Containers: []corev1.Container{{Name: "build", Image: image}}},
	}
	for _, s := range secrets {
		pod.Spec.ImagePullSecrets = append(pod.Spec.ImagePullSecrets, corev1.LocalObjectReference{Name: s})
	}
	return pod
}

// requireRuns asserts what the wrapper of the step was told to run.
func requireRuns(t *testing.T, rewrite webhook.Rewriter[*corev1.Pod], pod *corev1.Pod, want contract.Options) {
	t.Helper()
	result, errs := rewrite(t.Context(), pod)
	require.Empty(t, errs)
	found, wrapped := contract.FindWrapper(result.Object.Spec.Containers[0].Command)
	require.True(t, wrapped)
	got := found.Options
	require.Equal(t, want, contract.Options{
		Entrypoint: got.Entrypoint, PlatformCommands: got.PlatformCommands, Args: got.Args, StopSignal: got.StopSignal,
	})
}

// requireDenied asserts that the step is denied with these words, and with a way out.
func requireDenied(t *testing.T, rewrite webhook.Rewriter[*corev1.Pod], pod *corev1.Pod, words ...string) {
	t.Helper()
	_, errs := rewrite(t.Context(), pod)
	require.Len(t, errs, 1)
	require.Equal(t, "spec.containers[0].command", errs[0].Field)
	for _, w := range append(words, "step build names no command, and what its image "+pod.Spec.Containers[0].Image, "set the command here") {
		require.Contains(t, errs[0].Error(), w)
	}
}
