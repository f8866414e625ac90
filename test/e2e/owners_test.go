package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/util/retry"

	"orderly.dev/mutate/contract"
)

// writeOrder are two steps of which each writes down that it ran, and says who ran so far.
func writeOrder() []corev1.Container {
	return []corev1.Container{shell("a", "echo a >> /shared/order; cat /shared/order"), shell("b", "echo b >> /shared/order; cat /shared/order")}
}

// The order stands on a CronJob, and is edited there. A Job that is made from it by hand runs in the new order.
func TestEditedCronJobOrdersItsNextJob(t *testing.T) {
	t.Parallel()
	namespace := makeNamespace(t)
	job := makeJob("", writeOrder()...)
	job.Spec.Template.Annotations = nil
	cronJobs := client.BatchV1().CronJobs(namespace)
	cronJob, err := cronJobs.Create(t.Context(), &batchv1.CronJob{
		ObjectMeta: metav1.ObjectMeta{Name: "nightly", Annotations: map[string]string{contract.AnnotationSteps: "a, b"}},
		Spec:       batchv1.CronJobSpec{Schedule: "0 0 1 1 *", JobTemplate: batchv1.JobTemplateSpec{Spec: job.Spec}},
	}, createOptions())
	require.NoError(t, err)
	mustKubectl(t, "", "annotate", "--overwrite", "-n", namespace, "cronjob/nightly", contract.AnnotationSteps+"=b, a")

	mustKubectl(t, "", "create", "job", "job", "-n", namespace, "--from=cronjob/"+cronJob.Name)

	waitForJob(t, namespace, batchv1.JobComplete)
	require.Equal(t, "b\na\n", logs(t, getPod(t, namespace), "a"))
}

// Many Pods of one Job run in order, each for itself.
func TestEveryPodOfAJobRunsInOrder(t *testing.T) {
	t.Parallel()
	indexed := batchv1.IndexedCompletion
	for _, tc := range []struct {
		name   string
		change func(*batchv1.JobSpec)
		pods   int
	}{
		{"indexed", func(s *batchv1.JobSpec) {
			s.CompletionMode, s.Completions, s.Parallelism = &indexed, new(int32(3)), new(int32(2))
		}, 3},
		{"parallel", func(s *batchv1.JobSpec) { s.Completions, s.Parallelism = new(int32(2)), new(int32(2)) }, 2},
		{"with a queue of its own", func(s *batchv1.JobSpec) { s.Parallelism = new(int32(2)) }, 2},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			namespace := makeNamespace(t)
			job := makeJob("b, a", append(writeOrder(), shell("agent", "exec sleep 1000000"))...)
			tc.change(&job.Spec)
			createJob(t, namespace, job)

			waitForJob(t, namespace, batchv1.JobComplete)

			pods := getPods(t, namespace)
			require.Len(t, pods, tc.pods)
			for i := range pods {
				require.Equal(t, corev1.PodSucceeded, pods[i].Status.Phase)
				require.Equal(t, "b\na\n", logs(t, &pods[i], "a"))
			}
		})
	}
}

// A queue holds a Job back; its user changes the order meanwhile, and then it starts.
func TestSuspendedJobThatWasEditedRunsInTheNewOrder(t *testing.T) {
	t.Parallel()
	namespace := makeNamespace(t)
	job := makeJob("a, b", writeOrder()...)
	job.Spec.Suspend = new(true)
	job.Annotations, job.Spec.Template.Annotations = job.Spec.Template.Annotations, nil
	createJob(t, namespace, job)
	mustKubectl(t, "", "annotate", "--overwrite", "-n", namespace, "job/job", contract.AnnotationSteps+"=b, a")
	require.NoError(t, retry.RetryOnConflict(retry.DefaultRetry, func() error {
		held, err := client.BatchV1().Jobs(namespace).Get(t.Context(), "job", metav1.GetOptions{})
		if err != nil {
			return err
		}
		held.Spec.Suspend = new(false)
		_, err = client.BatchV1().Jobs(namespace).Update(t.Context(), held, metav1.UpdateOptions{})
		return err
	}))

	waitForJob(t, namespace, batchv1.JobComplete)

	require.Equal(t, "b\na\n", logs(t, getPod(t, namespace), "a"))
}

// An operator that Orderly does not know makes a Pod, under a name that the API server chooses.
func TestPodOfAnyOwnerRunsInOrder(t *testing.T) {
	t.Parallel()
	namespace := makeNamespace(t)
	owner, err := client.CoreV1().ConfigMaps(namespace).Create(t.Context(), &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "owner"}}, createOptions())
	require.NoError(t, err)
	pod := podOf(makeJob("b, a", append(writeOrder(), shell("agent", "exec sleep 1000000"))...))
	pod.Name, pod.GenerateName = "", "work-"
	pod.OwnerReferences = []metav1.OwnerReference{{APIVersion: "v1", Kind: "ConfigMap", Name: owner.Name, UID: owner.UID, Controller: new(true)}}

	pod = awaitPod(t, createPod(t, namespace, pod), "the end of the Pod", func(p *corev1.Pod) bool { return p.Status.Phase == corev1.PodSucceeded })

	require.Equal(t, "b\na\n", logs(t, pod, "a"))
}

// Once is once: the Job has one Pod, and no second when that fails, though its user wrote neither restartPolicy nor backoffLimit.
func TestOnceMakesOnePodThatIsNotTriedAgain(t *testing.T) {
	t.Parallel()
	namespace := makeNamespace(t)
	job := makeJob("work", shell("work", "exit 3"))
	job.Spec.Template.Spec.RestartPolicy = ""
	job.Annotations = map[string]string{contract.AnnotationOnce: "true"}
	createJob(t, namespace, job)

	ended := waitForJob(t, namespace, batchv1.JobFailed)

	require.EqualValues(t, 1, ended.Status.Failed)
	pod := getPod(t, namespace)
	require.EqualValues(t, 3, status(t, pod, "work").State.Terminated.ExitCode)
	require.Zero(t, status(t, pod, "work").RestartCount)
}

// What is wrong in the template of a Deployment shows when it is applied, not when its Pods do not come.
func TestMistakeInADeploymentIsRefusedWhenItIsApplied(t *testing.T) {
	t.Parallel()
	namespace := makeNamespace(t)
	deployment := func(annotation string) string {
		return fmt.Sprintf(`
apiVersion: apps/v1
kind: Deployment
metadata: {name: server}
spec:
  selector: {matchLabels: {app: server}}
  template:
    metadata:
      labels: {app: server}
      annotations: {%s}
    spec:
      containers: [{name: server, image: %q, command: [sleep, "1000000"]}]
`, annotation, busybox)
	}
	said, err := runKubectl(deployment(contract.AnnotationSteps+": server"), "apply", "-n", namespace, "-f", "-")
	require.Error(t, err)
	for _, part := range []string{`Deployment "server" is invalid`, "spec.template.spec.restartPolicy", "make it a Job"} {
		require.Contains(t, said, part)
	}
	said, err = runKubectl(deployment("orderly.dev/hom: 'true'"), "apply", "-n", namespace, "-f", "-")
	require.Error(t, err)
	require.Contains(t, said, `did you mean "home"?`)

	mustKubectl(t, deployment(contract.AnnotationHome+": 'true'"), "apply", "-n", namespace, "-f", "-")
	mustKubectl(t, "", "rollout", "status", "-n", namespace, "deployment/server")
	require.Equal(t, contract.HomeDir+"\n", mustKubectl(t, "", "exec", "-n", namespace, "deployment/server", "--", "sh", "-c", "cd && pwd"))
}

// runKubectl gives kubectl an input, and returns all that it said.
func runKubectl(input string, words ...string) (string, error) {
	cmd := kubectl(words...)
	cmd.Stdin = strings.NewReader(input)
	said, err := cmd.CombinedOutput()
	return string(said), err
}

func mustKubectl(t *testing.T, input string, words ...string) string {
	t.Helper()
	said, err := runKubectl(input, words...)
	require.NoError(t, err, "kubectl %s: %s", strings.Join(words, " "), said)
	return said
}
