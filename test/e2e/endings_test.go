package e2e

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"orderly.dev/mutate/contract"
)

// hopeless is a Job whose Pod cannot succeed.
type hopeless struct {
	name string
	// policies are those under which it cannot; Never and OnFailure where there are none.
	policies []corev1.RestartPolicy
	// begin makes what the Pod finds in its namespace.
	begin func(t *testing.T, namespace string)
	// spoil changes the Job, whose steps are prepare and work.
	spoil func(*batchv1.Job)
	// act is what a person does while it runs.
	act func(t *testing.T, pod *corev1.Pod)
	// reason is the machine's word, message a part of what people read.
	reason, message string
	// logs are what containers left, by their names.
	logs map[string]string
}

var both = []corev1.RestartPolicy{corev1.RestartPolicyNever, corev1.RestartPolicyOnFailure}

var hopelessJobs = []hopeless{
	{
		name: "a service does not come in time",
		spoil: func(job *batchv1.Job) {
			ask(job, contract.AnnotationWaitFor, "- service: nowhere\n  for: [work]\n  timeout: 8s")
		},
		reason: "GateTimeout", message: "service nowhere: not within 8s: no endpoints", logs: map[string]string{"prepare": "prepared\n"},
	},
	{
		name: "nor does it for a Pod without steps",
		spoil: func(job *batchv1.Job) {
			delete(job.Spec.Template.Annotations, contract.AnnotationSteps)
			ask(job, contract.AnnotationWaitFor, "- service: nowhere\n  timeout: 8s")
		},
		reason: "GateTimeout", message: "service nowhere: not within 8s: no endpoints",
	},
	{
		name: "nor for one in the queue",
		spoil: func(job *batchv1.Job) {
			ask(ask(job, contract.AnnotationWaitFor, "- service: nowhere\n  timeout: 8s"), contract.AnnotationHold, contract.HoldQueue)
		},
		reason: "GateTimeout", message: "service nowhere: not within 8s: no endpoints",
	},
	{
		name: "a Job that it waits for has failed",
		begin: func(t *testing.T, namespace string) {
			t.Helper()
			createJob(t, namespace, task("migrate", "exit 1"))
			awaitTask(t, namespace, "migrate", batchv1.JobFailed)
		},
		spoil: func(job *batchv1.Job) {
			ask(job, contract.AnnotationWaitFor, "- job: migrate")
		},
		reason: "DependencyFailed", message: "job migrate: failed for good (BackoffLimitExceeded)",
	},
	{
		name: "a user cancels it",
		act: func(t *testing.T, pod *corev1.Pod) {
			t.Helper()
			awaitPod(t, pod, "the second step to work", func(p *corev1.Pod) bool { return allStarted(p) && logs(t, p, "work") == "working\n" })
			mustKubectl(t, "", "annotate", "pod", "-n", pod.Namespace, pod.Name, contract.AnnotationCancel+"=wrong branch")
		},
		reason: "UserCancel", message: "wrong branch", logs: map[string]string{"prepare": "prepared\n", "work": "working\n"},
	},
	{
		name: "a user cancels it while an init container is stuck",
		spoil: func(job *batchv1.Job) {
			job.Spec.Template.Spec.InitContainers = []corev1.Container{shell("setup", "echo setting up; exec sleep 1000000")}
		},
		act: func(t *testing.T, pod *corev1.Pod) {
			t.Helper()
			awaitPod(t, pod, "the init container to work", func(p *corev1.Pod) bool {
				return len(p.Status.InitContainerStatuses) > 0 && status(t, p, "setup").State.Running != nil && logs(t, p, "setup") == "setting up\n"
			})
			mustKubectl(t, "", "annotate", "pod", "-n", pod.Namespace, pod.Name, contract.AnnotationCancel+"=stuck")
		},
		reason: "UserCancel", message: "stuck", logs: map[string]string{"setup": "setting up\n"},
	},
	{
		name: "an image never comes",
		spoil: func(job *batchv1.Job) {
			job.Spec.Template.Spec.Containers[1].Image = registry + "/test/nothing:dev"
		},
		reason: "ImagePullBackOff", message: `container work cannot start, for 10s now: ImagePullBackOff: "Back-off pulling image`,
		logs: map[string]string{"prepare": "prepared\n"},
	},
	{
		name: "an image may not be pulled",
		spoil: func(job *batchv1.Job) {
			work := &job.Spec.Template.Spec.Containers[1]
			work.Image, work.ImagePullPolicy = registry+"/test/nothing:dev", corev1.PullNever
		},
		reason: "ErrImageNeverPull", message: "container work cannot start: ErrImageNeverPull",
	},
	{
		name: "an image has a name that is none",
		spoil: func(job *batchv1.Job) {
			job.Spec.Template.Spec.Containers[1].Image = registry + "/NOT/a:name:at:all"
		},
		reason: "InvalidImageName", message: "container work cannot start: InvalidImageName",
	},
	{
		name: "a ConfigMap has no such key",
		begin: func(t *testing.T, namespace string) {
			t.Helper()
			_, err := client.CoreV1().ConfigMaps(namespace).Create(t.Context(), &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "settings"}}, createOptions())
			require.NoError(t, err)
		},
		spoil: func(job *batchv1.Job) {
			job.Spec.Template.Spec.Containers[1].Env = []corev1.EnvVar{{Name: "LEVEL", ValueFrom: &corev1.EnvVarSource{
				ConfigMapKeyRef: &corev1.ConfigMapKeySelector{LocalObjectReference: corev1.LocalObjectReference{Name: "settings"}, Key: "level"},
			}}}
		},
		reason: "CreateContainerConfigError", message: `container work cannot start, for 5s now: CreateContainerConfigError: "couldn't find key level`,
		logs: map[string]string{"prepare": "prepared\n"},
	},
	{
		name:     "an init container fails again and again",
		policies: []corev1.RestartPolicy{corev1.RestartPolicyOnFailure}, // Never does not try again
		spoil: func(job *batchv1.Job) {
			job.Spec.Template.Spec.InitContainers = []corev1.Container{shell("setup", "echo setting up; exit 3")}
		},
		reason: "CrashLoopBackOff", message: "container setup cannot start, for 10s now: CrashLoopBackOff", logs: map[string]string{"setup": "setting up\n"},
	},
	{
		name: "a native sidecar fails again and again",
		spoil: func(job *batchv1.Job) {
			proxy := shell("proxy", "echo up; exit 3")
			proxy.RestartPolicy = new(corev1.ContainerRestartPolicyAlways)
			job.Spec.Template.Spec.InitContainers = []corev1.Container{proxy}
		},
		reason: "CrashLoopBackOff", message: "container proxy cannot start, for 10s now: CrashLoopBackOff", logs: map[string]string{"proxy": "up\n"},
	},
}

// A Pod that cannot succeed ends. Why can be read on the Pod and on its Job, and what its containers wrote is there.
func TestPodThatCannotSucceedEndsAndSaysWhy(t *testing.T) {
	t.Parallel()
	for _, h := range hopelessJobs {
		if h.policies == nil {
			h.policies = both
		}
		for _, policy := range h.policies {
			t.Run(fmt.Sprintf("%s (%s)", h.name, policy), func(t *testing.T) {
				t.Parallel()
				endHopeless(t, h, policy)
			})
		}
	}
}

func endHopeless(t *testing.T, h hopeless, policy corev1.RestartPolicy) {
	t.Helper()
	namespace := makeNamespace(t)
	if h.begin != nil {
		h.begin(t, namespace)
	}
	job := makeJob("prepare, work", shell("prepare", "echo prepared"), shell("work", "echo working; exec sleep 1000000"))
	job.Spec.Template.Spec.RestartPolicy = policy
	if policy == corev1.RestartPolicyNever {
		runOnce(job)
	}
	if h.spoil != nil {
		h.spoil(job)
	}
	createJob(t, namespace, job)
	pod := waitForPod(t, namespace, "the Job's first Pod", func(*corev1.Pod) bool { return true })
	if h.act != nil {
		h.act(t, pod)
	}

	pod = awaitPod(t, pod, "the end of the Pod", isOver)

	require.Equal(t, corev1.PodFailed, pod.Status.Phase)
	requireCancelled(t, pod, h.reason, h.message)
	for container, said := range h.logs {
		require.Contains(t, logs(t, pod, container), said)
	}
	if h.reason == "UserCancel" {
		for _, s := range slices.Concat(pod.Status.InitContainerStatuses, pod.Status.ContainerStatuses) {
			require.Zerof(t, s.RestartCount, "%s was started again, to be cancelled once more", s.Name)
		}
	}
	if policy == corev1.RestartPolicyNever {
		waitForJob(t, namespace, batchv1.JobFailed)
		getPod(t, namespace)
	}
}

// requireCancelled requires that the Pod says why it was cancelled: in a condition, and in Events on the Pod and on its Job.
func requireCancelled(t *testing.T, pod *corev1.Pod, reason, message string) {
	t.Helper()
	cancelled := conditionOf(pod, contract.ConditionCancelled)
	require.Equal(t, corev1.ConditionTrue, cancelled.Status, asYAML(pod.Status))
	require.Equal(t, reason, cancelled.Reason)
	require.Contains(t, cancelled.Message, message)
	require.NotEmpty(t, pod.Annotations[contract.AnnotationCancel])
	awaitEvent(t, pod.Namespace, "Pod/"+pod.Name, "Cancelled", "Warning: "+reason+": "+cancelled.Message)
	awaitEvent(t, pod.Namespace, "Job/job", "Cancelled", "Warning: Pod "+pod.Name+": "+reason+": "+cancelled.Message)
	if pod.Spec.NodeName == "" {
		require.Equal(t, reason, pod.Status.Reason)
		require.Contains(t, pod.Status.Message, message)
	}
}

// allStarted reports whether no container of the Pod waits for its first start.
func allStarted(pod *corev1.Pod) bool {
	for _, s := range pod.Status.ContainerStatuses {
		if s.State.Waiting != nil {
			return false
		}
	}
	return len(pod.Status.ContainerStatuses) == len(pod.Spec.Containers)
}

// A user's Job says that a cancelled Pod is not to be tried again, as it does for disruptions. It is not.
func TestJobMakesNoSecondPodWhenItsPolicySaysSoOfACancel(t *testing.T) {
	t.Parallel()
	namespace := makeNamespace(t)
	job := makeJob("work", shell("work", "echo working; exec sleep 1000000"))
	job.Spec.PodFailurePolicy = &batchv1.PodFailurePolicy{Rules: []batchv1.PodFailurePolicyRule{{
		Action:          batchv1.PodFailurePolicyActionFailJob,
		OnPodConditions: []batchv1.PodFailurePolicyOnPodConditionsPattern{{Type: contract.ConditionCancelled, Status: corev1.ConditionTrue}},
	}}}
	createJob(t, namespace, job)
	pod := waitForPod(t, namespace, "the step to work", func(p *corev1.Pod) bool { return allStarted(p) && logs(t, p, "work") == "working\n" })
	mustKubectl(t, "", "annotate", "pod", "-n", namespace, pod.Name, contract.AnnotationCancel+"=enough")

	ended := waitForJob(t, namespace, batchv1.JobFailed)

	require.EqualValues(t, 1, ended.Status.Failed)
	require.Contains(t, asYAML(ended.Status.Conditions), batchv1.JobReasonPodFailurePolicy)
	pod = getPod(t, namespace)
	require.EqualValues(t, contract.ExitCancelled, status(t, pod, "work").State.Terminated.ExitCode)
	require.Equal(t, contract.Cancelled, report(t, pod, "work").Reason)
	require.Equal(t, "Cancelled", conditionOf(pod, contract.ConditionFinished).Reason)
}

// A sidecar that another webhook added fails, and nothing starts it again: the Pod cannot succeed, and does not let the step work in vain.
func TestPodEndsWhenASidecarThatIsNotStartedAgainFails(t *testing.T) {
	t.Parallel()
	namespace := makeNamespace(t)
	serveWebhook(t, webhookOptions{namespace: namespace, order: afterOrderly, change: func(pod *corev1.Pod) {
		addOnce(pod, shell("agent", "until test -e /failing; do sleep 0.1; done; exit 3"), atTheEnd)
	}})
	createJob(t, namespace, runOnce(makeJob("work", shell("work", "echo working; exec sleep 1000000"))))
	pod := waitForPod(t, namespace, "the step to work", func(p *corev1.Pod) bool { return allStarted(p) && logs(t, p, "work") == "working\n" })
	runInside(t, pod, "agent", "touch /failing")

	waitForJob(t, namespace, batchv1.JobFailed)

	requireCancelled(t, getPod(t, namespace), "SidecarFailed", "sidecar agent ended before the steps did (exit code 3), so the Pod cannot succeed any more")
}

// A server does not end. Whoever cancels it is told that he should delete it.
func TestCancelOfAServerHasNoEffectButAnEvent(t *testing.T) {
	t.Parallel()
	namespace := makeNamespace(t)
	pod := makeWaiting("- service: nowhere\n  timeout: 1s")
	pod.Spec.RestartPolicy = corev1.RestartPolicyAlways
	pod.Spec.Containers[0] = shell("app", "exec sleep 1000000")
	pod = awaitMissing(t, createPod(t, namespace, pod), "service nowhere: no endpoints")
	patch := fmt.Sprintf(`{"metadata": {"annotations": {%q: "stop"}}}`, contract.AnnotationCancel)
	_, err := client.CoreV1().Pods(namespace).Patch(t.Context(), pod.Name, types.MergePatchType, []byte(patch), metav1.PatchOptions{})
	require.NoError(t, err)

	awaitEvent(t, namespace, "Pod/waiting", "CancelIgnored", "delete the Pod instead")

	startService(t, namespace, "nowhere")
	tellReady(t, namespace, "nowhere")
	pod = awaitPod(t, pod, "the server to run all the same", allRun)
	require.Empty(t, conditionOf(pod, contract.ConditionCancelled))
}
