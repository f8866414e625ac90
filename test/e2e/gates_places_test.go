package e2e

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/mutate/contract"
)

// The first steps of a Job wait for a Service and for the Job's own sidecar, both.
func TestFirstStepsWaitForServicesAndSidecars(t *testing.T) {
	t.Parallel()
	namespace := makeNamespace(t)
	startService(t, namespace, "db")
	sidecar := shell("proxy", "exec sleep 1000000")
	sidecar.ReadinessProbe = execProbe("test -e /shared/up")
	job := makeJob("[app, beside], last", shell("app", "echo runs"), shell("beside", "echo beside"), shell("last", "echo last"), sidecar)
	createJob(t, namespace, ask(job, contract.AnnotationWaitFor, "- service: db"))
	pod := waitForPod(t, namespace, "the steps to be started", allRun)
	pod = awaitMissing(t, pod, "service db: 0 of 1 endpoints ready; sidecar proxy: not ready")

	require.NotContains(t, pod.Annotations, contract.AnnotationReady)
	tellReady(t, namespace, "db")
	awaitPod(t, pod, "the Pod to wait for the sidecar alone", func(p *corev1.Pod) bool {
		return conditionOf(p, contract.ConditionReady).Message == "sidecar proxy: not ready"
	})
	runInside(t, pod, "proxy", "touch /shared/up")

	waitForJob(t, namespace, batchv1.JobComplete)
	pod = getPod(t, namespace)
	require.Equal(t, "last\n", logs(t, pod, "last"))
	awaitEvent(t, namespace, "Pod/"+pod.Name, "Ready", "Normal: Everything that was waited for is true: the first steps run")
}

// A Pod that waits in the queue has no node; when what it waits for is there, it gets one and runs.
func TestPodInTheQueueHoldsNoNode(t *testing.T) {
	t.Parallel()
	namespace := makeNamespace(t)
	startService(t, namespace, "db")
	pod := makeWaiting("- service: db")
	pod.Annotations[contract.AnnotationHold] = contract.HoldQueue
	pod = awaitMissing(t, createPod(t, namespace, pod), "service db: 0 of 1 endpoints ready")
	require.Empty(t, pod.Spec.NodeName)
	require.Equal(t, corev1.PodReasonSchedulingGated, conditionOf(pod, corev1.PodScheduled).Reason)

	tellReady(t, namespace, "db")

	pod = requireRuns(t, pod)
	require.Empty(t, pod.Spec.InitContainers, "nothing waits once more")
	awaitEvent(t, namespace, "Pod/waiting", "Ready", "the Pod may be scheduled")
}

// What is there already costs nothing: the gate opens before the Pod has a node.
func TestGateOpensBeforeThePodHasANode(t *testing.T) {
	t.Parallel()
	namespace := makeNamespace(t)
	startService(t, namespace, "db")
	tellReady(t, namespace, "db")
	pod := makeWaiting("- service: db")
	pod.Spec.NodeSelector = map[string]string{"example.com/node": elsewhere}

	pod = awaitPod(t, createPod(t, namespace, pod), "its gate to be open", func(p *corev1.Pod) bool {
		return p.Annotations[contract.GateAnnotation(contract.WaitContainer)] == contract.ReadyValue
	})

	require.Empty(t, pod.Spec.NodeName)
	require.Equal(t, corev1.PodPending, pod.Status.Phase)
}

// A server with a liveness probe that forgives nothing waits a minute for its Service, and is never restarted.
func TestServerWithAStrictLivenessProbeWaitsAMinute(t *testing.T) {
	t.Parallel()
	namespace := makeNamespace(t)
	startService(t, namespace, "db")
	strict := execProbe("grep -q sleep /proc/1/comm")
	strict.FailureThreshold = 1
	createDeployment(t, namespace, "app", corev1.PodTemplateSpec{
		ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{"app": "app"}, Annotations: map[string]string{contract.AnnotationWaitFor: "- service: db"}},
		Spec: corev1.PodSpec{
			TerminationGracePeriodSeconds: new(int64(1)),
			Containers:                    []corev1.Container{{Name: "app", Image: busybox, Command: []string{"sleep", "1000000"}, LivenessProbe: strict}},
		},
	})
	pod := awaitMissing(t, podOfDeployment(t, namespace, "app"), "service db: 0 of 1 endpoints ready")
	waitUntil(t, status(t, pod, contract.WaitContainer).State.Running.StartedAt.Add(time.Minute))
	pod = awaitPod(t, pod, "a look at the Pod", hasAnyState)
	require.Nil(t, status(t, pod, "app").State.Running, "it waits still")

	tellReady(t, namespace, "db")

	waitFor(t, "the Deployment to be available", func() (bool, string) {
		d, err := client.AppsV1().Deployments(namespace).Get(t.Context(), "app", metav1.GetOptions{})
		if err != nil {
			return false, err.Error()
		}
		return d.Status.AvailableReplicas == 1, asYAML(d.Status)
	})
	// The probe has been asked a few times, and would have been heard.
	pod = awaitPod(t, pod, "the server to run for a while", func(p *corev1.Pod) bool {
		running := status(t, p, "app").State.Running
		return running != nil && time.Since(running.StartedAt.Time) > 5*time.Second
	})
	require.Zero(t, status(t, pod, "app").RestartCount)
	require.Zero(t, status(t, pod, contract.WaitContainer).RestartCount)
	require.Len(t, podsOf(t, namespace, "app"), 1)
}

// hasAnyState is true of every Pod that the kubelet knows.
func hasAnyState(pod *corev1.Pod) bool { return len(pod.Status.ContainerStatuses) > 0 }

func podsOf(t *testing.T, namespace, app string) []corev1.Pod {
	t.Helper()
	list, err := client.CoreV1().Pods(namespace).List(t.Context(), metav1.ListOptions{LabelSelector: "app=" + app})
	require.NoError(t, err)
	return list.Items
}

// podOfDeployment is the only Pod with that label, when it is there.
func podOfDeployment(t *testing.T, namespace, app string) *corev1.Pod {
	t.Helper()
	var pods []corev1.Pod
	waitFor(t, "a Pod of "+app, func() (bool, string) {
		pods = podsOf(t, namespace, app)
		return len(pods) == 1, asYAML(pods)
	})
	return &pods[0]
}
