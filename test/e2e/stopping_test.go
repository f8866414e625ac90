package e2e

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/mutate/contract"
)

// unknown is an image that the node finds, because it pulls everything from one registry; the webhook finds nobody to ask at that address.
const unknown = "localhost:5001/test/sleeper:dev"

// A sidecar that could not be wrapped is in a Pod that restarts what failed. To stop it is a restart, of which the Job counts one.
func TestSidecarIsSwappedWhereTheJobCanAffordIt(t *testing.T) {
	t.Parallel()
	namespace := makeNamespace(t)
	addLate(t, namespace, corev1.Container{Name: "late", Image: unknown})
	job := makeJob("work", shell("work", "echo work"))
	job.Spec.Template.Spec.RestartPolicy = corev1.RestartPolicyOnFailure
	job.Spec.BackoffLimit = new(int32(2))
	createJob(t, namespace, job)

	ended := waitForJob(t, namespace, batchv1.JobComplete)

	require.Zero(t, ended.Status.Failed)
	pod := getPod(t, namespace)
	require.EqualValues(t, 1, status(t, pod, "late").RestartCount)
	require.Zero(t, status(t, pod, "late").State.Terminated.ExitCode)
	awaitEvent(t, namespace, "Pod/"+pod.Name, "SidecarStopped", "Normal: every step has ended: stopped sidecar late by swapping its image")
}

// Where the Job cannot afford it, nothing stops the sidecar. An Event says so and what to do, and a cancel is one of the ways.
func TestSidecarThatNothingCanStopIsNamed(t *testing.T) {
	t.Parallel()
	namespace := makeNamespace(t)
	addLate(t, namespace, corev1.Container{Name: "late", Image: unknown})
	job := makeJob("work", shell("work", "echo work"))
	job.Spec.Template.Spec.RestartPolicy = corev1.RestartPolicyOnFailure
	job.Spec.BackoffLimit = new(int32(1))
	createJob(t, namespace, job)
	pod := waitForPod(t, namespace, "the step to end", func(p *corev1.Pod) bool {
		return conditionOf(p, contract.ConditionFinished).Status == corev1.ConditionTrue
	})

	awaitEvent(t, namespace, "Pod/"+pod.Name, "SidecarCannotBeStopped", "Warning: nothing can stop sidecar late, which keeps the Pod running: "+
		"a swap of its image is a restart, of which the Job has had 0, and its backoffLimit is 1; make it a native sidecar")
	pod = awaitPod(t, pod, "a look at the Pod", hasAnyState)
	require.NotNil(t, status(t, pod, "late").State.Running)
	require.Equal(t, unknown, lateSpec(t, pod).Image)

	mustKubectl(t, "", "annotate", "pod", "-n", namespace, pod.Name, contract.AnnotationCancel+"=enough")
	pod = awaitPod(t, pod, "the end of the Pod", isOver)
	require.Equal(t, corev1.PodFailed, pod.Status.Phase)
}

// A sidecar was added so late that Orderly was not asked any more, with a command of its own. Where nop has a program of that name, it ends well,
// after its preStop hook.
func TestSidecarThatOrderlyNeverSawEndsWellUnderACommandThatNopKnows(t *testing.T) {
	t.Parallel()
	namespace := makeNamespace(t)
	witness, volume, mount := makeWitness(t)
	late := shell("late", "trap 'exit 0' TERM; touch /witness/up; sleep 1000000 & wait")
	late.VolumeMounts = []corev1.VolumeMount{mount}
	late.Lifecycle = &corev1.Lifecycle{PreStop: &corev1.LifecycleHandler{Exec: &corev1.ExecAction{Command: []string{"touch", "/witness/hook"}}}}
	addUnseen(t, namespace, late, volume)
	createJob(t, namespace, makeJob("work", shell("work", "echo work")))

	waitForJob(t, namespace, batchv1.JobComplete)

	pod := getPod(t, namespace)
	require.Equal(t, "sh", lateSpec(t, pod).Command[0], "it is not wrapped")
	require.Contains(t, lateSpec(t, pod).Image, "/orderly/tools")
	require.EqualValues(t, 1, status(t, pod, "late").RestartCount)
	require.Zero(t, status(t, pod, "late").State.Terminated.ExitCode)
	require.FileExists(t, filepath.Join(witness, "hook"), "its preStop hook ran")
}

// Under a command that nop does not have it ends with an error, and so does the Pod, in which all went well otherwise. An Event names it and the way out.
func TestSidecarThatOrderlyNeverSawIsNamedWhereItEndsBadly(t *testing.T) {
	t.Parallel()
	namespace := makeNamespace(t)
	addUnseen(t, namespace, corev1.Container{Name: "late", Image: busybox, Command: []string{"/bin/usleep"}, Args: []string{"4000000000"}})
	createJob(t, namespace, runOnce(makeJob("work", shell("work", "echo work"))))

	waitForJob(t, namespace, batchv1.JobFailed)

	pod := getPod(t, namespace)
	require.Equal(t, contract.Completed, report(t, pod, "work").Reason)
	require.Equal(t, "StartError", status(t, pod, "late").State.Terminated.Reason)
	awaitEvent(t, namespace, "Pod/"+pod.Name, "SidecarWillFail", `Warning: sidecar late was added after admission and runs "/bin/usleep", `+
		"which the image that stops it does not have, so it ends with an error: make it a native sidecar")
}

// A policy of the cluster lets nobody change images. That is said once, and the Pod can be cancelled.
func TestSidecarWhoseImageMayNotBeSwappedIsNamed(t *testing.T) {
	t.Parallel()
	namespace := makeNamespace(t)
	forbidNewImages(t, namespace)
	addLate(t, namespace, corev1.Container{Name: "late", Image: unknown})
	createJob(t, namespace, runOnce(makeJob("work", shell("work", "echo work"))))
	pod := waitForPod(t, namespace, "the step to end", func(p *corev1.Pod) bool {
		return conditionOf(p, contract.ConditionFinished).Status == corev1.ConditionTrue
	})

	awaitEvent(t, namespace, "Pod/"+pod.Name, "SwapRefused", "Warning: sidecar late keeps the Pod running: its image may not be swapped")
	awaitEvent(t, namespace, "Pod/"+pod.Name, "SwapRefused", "images stay as they are here")
	require.Len(t, eventsOf(t, namespace, "Pod/"+pod.Name, "SwapRefused"), 1)
	require.Empty(t, eventsOf(t, namespace, "Pod/"+pod.Name, "SidecarStopped"))

	mustKubectl(t, "", "annotate", "pod", "-n", namespace, pod.Name, contract.AnnotationCancel+"=enough")
	waitForJob(t, namespace, batchv1.JobFailed)
}

// addLate has another webhook add a sidecar after Orderly, which is asked once more then.
func addLate(t *testing.T, namespace string, late corev1.Container) {
	t.Helper()
	serveWebhook(t, webhookOptions{namespace: namespace, order: afterOrderly, change: func(pod *corev1.Pod) { addOnce(pod, late, atTheEnd) }})
}

// addUnseen has another webhook add a sidecar when Orderly is not asked any more. That webhook is asked a second time when Orderly has changed the Pod
// because of what it did the first time.
func addUnseen(t *testing.T, namespace string, late corev1.Container, volumes ...corev1.Volume) {
	t.Helper()
	serveWebhook(t, webhookOptions{namespace: namespace, order: afterOrderly, change: func(pod *corev1.Pod) {
		names := containerNames(pod.Spec.Containers)
		switch {
		case !slices.Contains(names, "bait"):
			addOnce(pod, shell("bait", "exec sleep 1000000"), atTheEnd)
		case !slices.Contains(names, late.Name):
			pod.Spec.Volumes = append(pod.Spec.Volumes, volumes...)
			addOnce(pod, late, atTheEnd)
		}
	}})
}

// forbidNewImages lets nobody change the images of Pods in a namespace, until the test ends.
func forbidNewImages(t *testing.T, namespace string) {
	t.Helper()
	name := "images-of-" + namespace
	mustKubectl(t, fmt.Sprintf(`
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: %[1]s}
spec:
  matchConstraints:
    resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [UPDATE], resources: [pods]}]
  validations:
  - expression: object.spec.containers.all(c, oldObject.spec.containers.exists(o, o.name == c.name && o.image == c.image))
    message: images stay as they are here
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: %[1]s}
spec:
  policyName: %[1]s
  validationActions: [Deny]
  matchResources: {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %[2]s}}}
`, name, namespace), "apply", "-f", "-")
	t.Cleanup(func() {
		mustKubectl(t, "", "delete", "validatingadmissionpolicy/"+name, "validatingadmissionpolicybinding/"+name)
	})
	awaitPolicy(t, namespace)
}

// awaitPolicy waits until the API server refuses a change of an image.
func awaitPolicy(t *testing.T, namespace string) {
	t.Helper()
	pod := makeServer("probe")
	pod.Spec.NodeSelector = map[string]string{"example.com/node": elsewhere}
	probe := createPod(t, namespace, &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "probe"}, Spec: pod.Spec})
	waitFor(t, "the policy to count", func() (bool, string) {
		said, err := runKubectl("", "set", "image", "--dry-run=server", "-n", namespace, "pod/"+probe.Name, "server="+sleeper)
		return err != nil, said
	})
}
