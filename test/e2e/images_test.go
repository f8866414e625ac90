package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/mutate/contract"
)

// A user's steps name no command, or only its arguments. Each runs what it would have run without Orderly.
func TestStepsRunWhatTheirImagesSay(t *testing.T) {
	t.Parallel()
	namespace := makeNamespace(t)
	who := []corev1.EnvVar{{Name: "WHO", Value: "me"}}
	containers := []corev1.Container{
		{Name: "image", Image: greeter, Env: who},
		{Name: "arguments", Image: greeter, Env: who, Args: []string{"$(WHO)"}},
		{Name: "no-entrypoint", Image: busybox, Args: []string{"echo", "run by", "$(WHO)"}, Env: who},
		{Name: "command", Image: greeter, Command: []string{"echo"}, Env: who},
	}
	said := map[string]string{
		"image":         "hello from $(WHO) to the world\n",
		"arguments":     "hello from $(WHO) to me\n",
		"no-entrypoint": "run by me\n",
		"command":       "\n",
	}
	plain := createPod(t, createNamespace(t, nil), &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: "plain"},
		Spec:       corev1.PodSpec{RestartPolicy: corev1.RestartPolicyNever, Containers: containers},
	})
	createJob(t, namespace, makeJob("image, arguments, no-entrypoint, command", containers...))

	waitForJob(t, namespace, batchv1.JobComplete)
	plain = awaitPod(t, plain, "the end of the Pod", func(p *corev1.Pod) bool { return p.Status.Phase == corev1.PodSucceeded })

	pod := getPod(t, namespace)
	for _, c := range containers {
		require.Equal(t, said[c.Name], logs(t, plain, c.Name), "without Orderly")
		require.Equal(t, said[c.Name], logs(t, pod, c.Name))
	}
}

// No registry tells what an image runs: the Pod is refused with the ways out, and the annotation is one of them.
func TestCommandThatNoRegistryTellsComesFromTheAnnotation(t *testing.T) {
	t.Parallel()
	namespace := makeNamespace(t)
	// The node finds this image, because it pulls everything from one registry; the webhook finds nobody to ask at that address.
	job := makeJob("greet", corev1.Container{Name: "greet", Image: "localhost:5001/test/greeter:dev", Args: []string{"there"}})
	_, err := client.CoreV1().Pods(namespace).Create(t.Context(), podOf(job), createOptions())
	for _, part := range []string{`step greet names no command`, "localhost:5001", "connection refused", "spec.containers[0].command", "orderly.dev/commands: {greet:"} {
		require.ErrorContains(t, err, part)
	}
	createJob(t, namespace, ask(job, contract.AnnotationCommands, "{greet: [echo, hello]}"))

	waitForJob(t, namespace, batchv1.JobComplete)

	require.Equal(t, "hello there\n", logs(t, getPod(t, namespace), "greet"))
}
