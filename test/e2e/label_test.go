package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/mutate/contract"
)

// A user writes nothing but the label, on the Job. Its containers run in their order; the mesh's proxy is none of them, and leaves.
func TestLabelAloneMakesStepsOfAJobsContainers(t *testing.T) {
	t.Parallel()
	namespace := makeNamespace(t)
	job := makeJob("", shell("one", "sleep 1; echo one >> /shared/order"), shell(wrappedSidecar, "exec sleep 1000000"),
		shell("two", "echo two >> /shared/order; cat /shared/order"))
	job.Spec.Template.Annotations = nil
	job.Labels = map[string]string{contract.LabelInject: contract.InjectYes}
	createJob(t, namespace, job)

	waitForJob(t, namespace, batchv1.JobComplete)

	pod := getPod(t, namespace)
	require.Equal(t, "one\ntwo\n", logs(t, pod, "two"))
	require.Zero(t, status(t, pod, wrappedSidecar).State.Terminated.ExitCode)
}

// A server with the label alone has nothing to be ordered: it runs as it was written.
func TestLabelAloneChangesNothingOfAServer(t *testing.T) {
	t.Parallel()
	server := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "p"}, Spec: corev1.PodSpec{
		TerminationGracePeriodSeconds: new(int64(grace)),
		Containers:                    []corev1.Container{shell("serve", "exec sleep 1000000"), shell("log", "exec sleep 1000000")},
	}}
	plain := createPod(t, createNamespace(t, nil), server.DeepCopy())
	server.Labels = map[string]string{contract.LabelInject: contract.InjectYes}

	asked := createPod(t, makeNamespace(t), server)

	require.Equal(t, asYAML(withoutNames(plain).Spec), asYAML(withoutNames(asked).Spec))
	require.Empty(t, asked.Annotations)
	awaitPod(t, asked, "all containers to run", allRun)
}

func createPod(t *testing.T, namespace string, pod *corev1.Pod) *corev1.Pod {
	t.Helper()
	created, err := client.CoreV1().Pods(namespace).Create(t.Context(), pod, createOptions())
	require.NoError(t, err)
	return created
}
