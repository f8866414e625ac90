package integration

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// makeNamespace creates a namespace of its own for the test, opted in by the label.
func makeNamespace(t *testing.T, labels map[string]string) string {
	t.Helper()
	namespace, err := createNamespace(t.Context(), labels)
	require.NoError(t, err)
	return namespace
}

func createNamespace(ctx context.Context, labels map[string]string) (string, error) {
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "test-", Labels: labels}}
	err := admin.Create(ctx, namespace)
	return namespace.Name, err
}

// optedIn are the labels of a namespace whose Pods may be rewritten.
var optedIn = map[string]string{"orderly.dev/inject": "enabled"}

// makePod gives a Pod with three containers, without labels or annotations.
func makePod(namespace string, change ...func(*corev1.Pod)) *corev1.Pod {
	container := func(name string) corev1.Container {
		return corev1.Container{Name: name, Image: "registry.example/" + name, Command: []string{"sh", "-c"}, Args: []string{"echo " + name}}
	}
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: "work", Namespace: namespace},
		Spec: corev1.PodSpec{
			RestartPolicy: corev1.RestartPolicyNever,
			Containers:    []corev1.Container{container("fetch"), container("proxy"), container("build")},
		},
	}
	for _, c := range change {
		c(pod)
	}
	return pod
}

func annotated(annotations map[string]string) func(*corev1.Pod) {
	return func(p *corev1.Pod) { p.Annotations = maps.Clone(annotations) }
}

func labelled(labels map[string]string) func(*corev1.Pod) {
	return func(p *corev1.Pod) { p.Labels = maps.Clone(labels) }
}

// withSteps asks for fetch before build, with proxy as a sidecar.
func withSteps() func(*corev1.Pod) {
	return annotated(map[string]string{"orderly.dev/steps": "fetch, build"})
}

// makeJob gives a Job whose Pods are those of makePod.
func makeJob(namespace string, change ...func(*corev1.Pod)) *batchv1.Job {
	pod := makePod(namespace, change...)
	return &batchv1.Job{
		ObjectMeta: metav1.ObjectMeta{Name: pod.Name, Namespace: namespace},
		Spec: batchv1.JobSpec{Template: corev1.PodTemplateSpec{
			ObjectMeta: metav1.ObjectMeta{Labels: pod.Labels, Annotations: pod.Annotations},
			Spec:       pod.Spec,
		}},
	}
}

// mustCreate creates the object for real.
func mustCreate[T client.Object](t *testing.T, object T) T {
	t.Helper()
	require.NoError(t, admin.Create(t.Context(), object), "webhook's log:\n%s", theWebhook.readLog())
	return object
}

// requireRewritten asserts that the step has the wrapper before its command.
func requireRewritten(t *testing.T, pod *corev1.Pod, step string) {
	t.Helper()
	for _, c := range pod.Spec.Containers {
		if c.Name == step {
			require.Contains(t, strings.Join(c.Command, " "), "/builder/bin/entrypoint")
			return
		}
	}
	require.Fail(t, "no such container", "%s in %v", step, pod.Spec.Containers)
}

// essence takes away what differs between two Pods in two namespaces.
func essence(pod *corev1.Pod) *corev1.Pod {
	pod = pod.DeepCopy()
	pod.ObjectMeta = metav1.ObjectMeta{Name: pod.Name, Labels: pod.Labels, Annotations: pod.Annotations, Finalizers: pod.Finalizers}
	return pod
}

type podAndName struct {
	name string
	pod  *corev1.Pod
}

// bystanders gives Pods that must never be sent to the webhook, even in a namespace that opted in.
func bystanders(namespace string) []podAndName {
	return []podAndName{
		{"neither labels nor annotations", makePod(namespace)},
		{"labels and annotations of others", makePod(namespace,
			labelled(map[string]string{"app": "x", "inject": "true"}), annotated(map[string]string{"example.com/orderly.dev": "x"}))},
		{"asks, but opts out", makePod(namespace, withSteps(), labelled(map[string]string{"orderly.dev/inject": "false"}))},
		{"opts out, without annotations", makePod(namespace, labelled(map[string]string{"orderly.dev/inject": "false"}))},
	}
}

// createBystanders creates them in a namespace that has the label, before anybody reads it.
func createBystanders(ctx context.Context) ([]podAndName, error) {
	namespace, err := createNamespace(ctx, optedIn)
	if err != nil {
		return nil, err
	}
	pods := bystanders(namespace)
	for i, b := range pods {
		b.pod.Name = fmt.Sprintf("bystander-%d", i)
		if err := admin.Create(ctx, b.pod); err != nil {
			return nil, fmt.Errorf("creating the Pod %q: %w", b.name, err)
		}
	}
	return pods, nil
}
