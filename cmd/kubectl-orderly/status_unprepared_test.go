package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"
)

// makeUnprepared makes a Pod that the kubelet took a minute ago, with a Secret to mount.
func makeUnprepared(status corev1.ConditionStatus) *corev1.Pod {
	pod := makePod(makeJob("build"), "build-a", 0)
	pod.UID, pod.Status.Phase, pod.Status.StartTime = "uid-a", corev1.PodPending, new(metav1.NewTime(start))
	pod.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReadyToStartContainers, Status: status}}
	pod.Spec.Volumes = []corev1.Volume{{Name: "s", VolumeSource: corev1.VolumeSource{Secret: &corev1.SecretVolumeSource{SecretName: "git"}}}}
	return pod
}

func makeEvent(name, reason, message string, about types.UID, seconds int) *corev1.Event {
	return &corev1.Event{
		ObjectMeta: metav1.ObjectMeta{Namespace: "demo", Name: name}, Reason: reason, Message: message, Type: corev1.EventTypeWarning,
		InvolvedObject: corev1.ObjectReference{UID: about}, LastTimestamp: metav1.NewTime(start.Add(time.Duration(seconds) * time.Second)),
	}
}

func TestTheKubeletIsQuotedAboutWhatKeepsAPodFromStarting(t *testing.T) {
	const general = "the kubelet has not prepared the volumes (of Secret git) and the network of the Pod yet: `kubectl describe pod build-a -n demo` says what is missing"
	missing := makeEvent("a", "FailedMount", `MountVolume.SetUp failed for volume "s" : secret "git" not found`, "uid-a", 20)
	for _, tc := range []struct {
		name   string
		pod    *corev1.Pod
		events []runtime.Object
		want   string
	}{
		{"the last of several", makeUnprepared(corev1.ConditionFalse), []runtime.Object{
			makeEvent("b", "FailedMount", "an earlier one", "uid-a", 10), missing, makeEvent("c", "FailedMount", "an earlier one, too", "uid-a", 0),
		}, `the kubelet has not prepared the Pod yet: MountVolume.SetUp failed for volume "s" : secret "git" not found`},
		{"none", makeUnprepared(corev1.ConditionFalse), nil, general},
		{"those of another Pod, and about other things", makeUnprepared(corev1.ConditionFalse), []runtime.Object{
			makeEvent("d", "FailedMount", "another Pod's", "uid-b", 30), makeEvent("e", "BackOff", "something else", "uid-a", 30),
		}, general},
		{"a Pod that has got over it", makeUnprepared(corev1.ConditionTrue), []runtime.Object{missing}, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			stories := tellAll([]found{{pods: []corev1.Pod{*tc.pod}}}, start.Add(time.Minute))
			quoteKubelet(t.Context(), fake.NewClientset(tc.events...), stories)
			require.Equal(t, tc.want, stories[0].timelines[0].Reason)
		})
	}
}

func TestWhoMayNotListEventsIsToldWhereToLook(t *testing.T) {
	client := fake.NewClientset()
	client.PrependReactor("list", "events", func(clienttesting.Action) (bool, runtime.Object, error) {
		return true, nil, apierrors.NewForbidden(corev1.Resource("events"), "", nil)
	})
	stories := tellAll([]found{{pods: []corev1.Pod{*makeUnprepared(corev1.ConditionFalse)}}}, start.Add(time.Minute))
	quoteKubelet(t.Context(), client, stories)
	require.Contains(t, stories[0].timelines[0].Reason, "kubectl describe pod build-a -n demo")
}

func TestEventsAreReadOnlyOfPodsThatStandStill(t *testing.T) {
	client := fake.NewClientset()
	for _, at := range []time.Duration{0, 9 * time.Second} {
		quoteKubelet(t.Context(), client, tellAll([]found{{pods: []corev1.Pod{*makeUnprepared(corev1.ConditionFalse)}}}, start.Add(at)))
	}
	rebooted := makeUnprepared(corev1.ConditionFalse)
	rebooted.Status.Conditions[0].LastTransitionTime = metav1.NewTime(start.Add(time.Hour))
	quoteKubelet(t.Context(), client, tellAll([]found{{pods: []corev1.Pod{*rebooted}}}, start.Add(time.Hour+9*time.Second)))
	require.Empty(t, client.Actions())
}

func TestManyPodsThatStandStillAreNotAllAskedAbout(t *testing.T) {
	client := fake.NewClientset(makeEvent("a", "FailedMount", "not found", "uid-a", 20))
	pods := slices.Repeat([]corev1.Pod{*makeUnprepared(corev1.ConditionFalse)}, 300)
	stories := tellAll([]found{{pods: pods}}, start.Add(time.Minute))
	quoteKubelet(t.Context(), client, stories)
	require.Len(t, client.Actions(), 10)
	require.Contains(t, stories[0].timelines[0].Reason, "not found")
	require.Contains(t, stories[0].timelines[299].Reason, "kubectl describe pod")
}

func TestALogSaysOnceThatAPodStandsStillThoughNothingChanges(t *testing.T) {
	var out strings.Builder
	log := &logView{out: &out}
	require.True(t, log.moves(), "it is shown without a change")
	all := []found{{pods: []corev1.Pod{*makeUnprepared(corev1.ConditionFalse)}}}
	require.NoError(t, log.show(all, start.Add(9*time.Second)))
	require.NotContains(t, out.String(), "Secret git")
	for _, at := range []time.Duration{10 * time.Second, 11 * time.Second, time.Hour} {
		require.NoError(t, log.show(all, start.Add(at)))
	}
	require.Equal(t, 1, strings.Count(out.String(), "Secret git"), "%s", &out)
}
