package integration

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"orderly.dev/mutate/contract"
	"orderly.dev/mutate/contract/clone"
	"orderly.dev/sidecarstop/voice"
)

const (
	cloneURL  = "https://git.example.com/team/app.git"
	cloneWord = "cloning " + cloneURL + ` to app: there is no branch or tag "mian"; there is main`
)

// makeCloningPod gives a Pod as admission leaves it: a repository is cloned for a step.
func makeCloningPod(t *testing.T, namespace string, restarts corev1.RestartPolicy) *corev1.Pod {
	t.Helper()
	url, err := clone.ParseURL(cloneURL)
	require.NoError(t, err)
	order := clone.Order{Workspace: "/workspace", EnvPrefix: clone.DefaultEnvPrefix, Repositories: []clone.Repository{{URL: url, Path: "app", Depth: 1}}}
	pod := makeCompanionPod(namespace, "work")
	pod.Spec.RestartPolicy = restarts
	pod.Spec.Containers = pod.Spec.Containers[:1]
	pod.Spec.InitContainers = []corev1.Container{{
		Name: contract.CloneContainer, Image: "registry.example/gitclone", Command: []string{contract.ToolsCloner}, Args: []string{order.Encode()},
	}}
	return pod
}

func clonerEnded(code int32, message string) corev1.ContainerState {
	now, reason := metav1.Now(), "Error"
	if code == contract.ExitOK {
		reason = "Completed"
	}
	return corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{
		ExitCode: code, Reason: reason, Message: message, StartedAt: metav1.NewTime(now.Add(-time.Second)), FinishedAt: now,
	}}
}

// reportCloner writes the status of the cloner as the kubelet would, while the step waits for it.
func reportCloner(t *testing.T, pod *corev1.Pod, restarts int32, state, last corev1.ContainerState) {
	t.Helper()
	got := mustGetPod(t, pod)
	got.Status.Phase = corev1.PodPending
	got.Status.InitContainerStatuses = []corev1.ContainerStatus{{Name: contract.CloneContainer, RestartCount: restarts, State: state, LastTerminationState: last}}
	got.Status.ContainerStatuses = []corev1.ContainerStatus{{
		Name: "build", State: corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "PodInitializing"}}}}
	require.NoError(t, admin.Status().Update(t.Context(), got))
}

// eventsOf gives the messages of the Events of that reason on the Pod.
func eventsOf(t *testing.T, pod *corev1.Pod, reason voice.Reason) []string {
	t.Helper()
	var all eventsv1.EventList
	require.NoError(t, admin.List(t.Context(), &all, client.InNamespace(pod.Namespace)))
	var messages []string
	for _, e := range all.Items {
		if e.Regarding.UID == pod.UID && e.Reason == string(reason) {
			messages = append(messages, e.Note)
		}
	}
	return messages
}

// waitForTries waits until so many tries of the cloner are said to have failed.
func (c *companion) waitForTries(pod *corev1.Pod, want int) {
	c.t.Helper()
	c.eventually(fmt.Sprintf("%d Events %s", want, voice.CloneFailed), func() error {
		if got := eventsOf(c.t, pod, voice.CloneFailed); len(got) != want {
			return fmt.Errorf("there are %q", got)
		}
		return nil
	})
}

// waitForFinished waits for the condition, and gives the Pod with it.
func (c *companion) waitForFinished(pod *corev1.Pod) *corev1.Pod {
	c.t.Helper()
	c.eventually("the condition "+contract.ConditionFinished, func() error {
		if got := mustGetPod(c.t, pod); conditionOf(got, contract.ConditionFinished).Status != corev1.ConditionTrue {
			return fmt.Errorf("the conditions are %v", got.Status.Conditions)
		}
		return nil
	})
	return mustGetPod(c.t, pod)
}

func mustResult(t *testing.T, pod *corev1.Pod) voice.Result {
	t.Helper()
	var result voice.Result
	require.NoError(t, json.Unmarshal([]byte(pod.Annotations[contract.AnnotationResult]), &result), "%v", pod.Annotations)
	return result
}

func TestEachTryOfTheClonerIsToldOnceAndThenWhatItCloned(t *testing.T) {
	first := startCompanion(t)
	pod := mustCreate(t, makeCloningPod(t, makeNamespace(t, nil), corev1.RestartPolicyOnFailure))
	never, failed := corev1.ContainerState{}, clonerEnded(1, cloneWord+"\n")
	runs := corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: metav1.Now()}}

	reportCloner(t, pod, 0, failed, never)
	first.waitForTries(pod, 1)
	reportCloner(t, pod, 1, runs, failed)
	reportCloner(t, pod, 1, clonerEnded(1, cloneWord+"\n"), failed)
	first.waitForTries(pod, 2)
	first.stop()

	second := startCompanion(t)
	reportCloner(t, pod, 1, corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "CrashLoopBackOff", Message: "back-off 20s"}}, failed)
	commit := strings.Repeat("1a", 20)
	cloned := clonerEnded(0, clone.Report{Sources: []clone.Source{{RefType: "branch", RefName: "main", Commit: commit}}}.Text())
	reportCloner(t, pod, 2, cloned, failed)
	done := mustGetPod(t, pod)
	done.Status.Phase, done.Status.ContainerStatuses = corev1.PodSucceeded, []corev1.ContainerStatus{buildCompleted()}
	require.NoError(t, admin.Status().Update(t.Context(), done))

	finished := second.waitForFinished(pod)
	require.Equal(t, voice.Succeeded, conditionOf(finished, contract.ConditionFinished).Reason)
	require.Equal(t, []clone.Checkout{{Path: "app", URL: cloneURL, RefType: "branch", RefName: "main", Commit: commit}}, mustResult(t, finished).Sources)
	waitForEvent(t, second, pod, voice.StepCompleted)
	require.ElementsMatch(t, []string{
		"orderly-clone failed with exit code 1, and is started again: " + cloneWord,
		"orderly-clone failed with exit code 1 (attempt 2), and is started again: " + cloneWord,
	}, eventsOf(t, pod, voice.CloneFailed), "another companion says nothing twice")
}

func TestAPodWhoseRepositoryCannotBeClonedSaysWhy(t *testing.T) {
	loop := startCompanion(t)
	pod := mustCreate(t, makeCloningPod(t, makeNamespace(t, nil), corev1.RestartPolicyNever))
	reportCloner(t, pod, 0, clonerEnded(1, "\x1b[2J"+cloneWord+"\n"), corev1.ContainerState{})
	over := mustGetPod(t, pod)
	over.Status.Phase = corev1.PodFailed
	require.NoError(t, admin.Status().Update(t.Context(), over))

	finished := loop.waitForFinished(pod)
	condition := conditionOf(finished, contract.ConditionFinished)
	require.Equal(t, voice.Failed, condition.Reason)
	require.Equal(t, "orderly-clone failed with exit code 1: [2J"+cloneWord+"; 1 never started", condition.Message)
	require.Empty(t, mustResult(t, finished).Sources)
	loop.waitForTries(pod, 1)
}
