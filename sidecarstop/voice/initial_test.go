package voice_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop/voice"
)

// again is the same container, which waits to be started again after so many times.
func again(status *corev1.ContainerStatus, restarts int32) *corev1.ContainerStatus {
	status = status.DeepCopy()
	status.LastTerminationState, status.State = status.State, waiting("CrashLoopBackOff", "back-off 20s").State
	status.RestartCount = restarts
	return status
}

func TestEachTryOfTheClonerThatFailedIsTold(t *testing.T) {
	const word = "app (https://git.example.com/team/app.git): the host key is not known: add it to known_hosts\n"
	failed := ended(1, "Error", word)
	runsAgain := again(failed, 1)
	runsAgain.State = running(false).State
	isDeleted := func(pod *corev1.Pod) { pod.DeletionTimestamp = new(metav1.NewTime(now)) }
	pending := inPhase(corev1.PodPending, "", "")
	for _, tc := range []struct {
		name string
		pod  *corev1.Pod
		want string
	}{
		{"Never, the Pod has not been seen to fail yet", makePod(pending, aCloner(failed), aStep("a", nil)),
			"orderly-clone failed with exit code 1: app (https://git.example.com/team/app.git): the host key is not known: add it to known_hosts"},
		{"OnFailure, the kubelet is about to start it again", makePod(pending, onFailure, aCloner(failed), aStep("a", nil)),
			"orderly-clone failed with exit code 1, and is started again: app (https://git.example.com/team/app.git): the host key is not known: add it to known_hosts"},
		{"it waits to be started again", makePod(pending, onFailure, aCloner(again(failed, 2)), aStep("a", nil)),
			"orderly-clone failed with exit code 1 (attempt 3), and is started again: app (https://git.example.com/team/app.git): the host key is not known: add it to known_hosts"},
		{"it runs again", makePod(pending, onFailure, aCloner(runsAgain), aStep("a", nil)),
			"orderly-clone failed with exit code 1, and is started again: app (https://git.example.com/team/app.git): the host key is not known: add it to known_hosts"},
		{"a Pod without steps that never ends", makePod(pending, always, aCloner(again(failed, 1)), aSidecar("web", nil)),
			"orderly-clone failed with exit code 1 (attempt 2), and is started again: app (https://git.example.com/team/app.git): the host key is not known: add it to known_hosts"},
		{"it said nothing", makePod(pending, aCloner(ended(2, "Error", "")), aStep("a", nil)), "orderly-clone failed with exit code 2"},
		{"it had no memory, and the kubelet shows its log", makePod(pending, aCloner(ended(137, "OOMKilled", "app: Receiving objects: 10%")), aStep("a", nil)),
			"orderly-clone was killed: OOMKilled"},
		{"it was killed", makePod(pending, aCloner(ended(137, "Error", "app: Receiving objects: 10%")), aStep("a", nil)), "orderly-clone was killed: signal 9"},
		{"it could not be started", makePod(pending, aCloner(ended(128, "StartError", "no such file")), aStep("a", nil)),
			"orderly-clone could not be started: StartError: no such file"},
		{"it ended well at last", makePod(onFailure, aCloner(func() *corev1.ContainerStatus {
			status := again(failed, 1)
			status.State = ended(0, "Completed", "").State
			return status
		}()), aStep("a", nil)), ""},
		{"it runs", makePod(pending, aCloner(running(false)), aStep("a", nil)), ""},
		{"it was stopped with its Pod", makePod(pending, isDeleted, aCloner(ended(143, "Error", "")), aStep("a", nil)), ""},
		{"it was cancelled with its Pod", makePod(pending, annotated(contract.AnnotationCancel, "stop"), aCloner(ended(143, "Error", "")), aStep("a", nil)), ""},
		{"another init container failed", makePod(pending, aSetup(ended(1, "Error", word)), aStep("a", nil)), ""},
		{"another program of that name failed", makePod(pending, func(pod *corev1.Pod) {
			aCloner(failed)(pod)
			pod.Spec.InitContainers[0].Command = []string{"sh"}
		}, aStep("a", nil)), ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			said := tell(tc.pod)
			requireWellSaid(t, said)
			if tc.want == "" {
				require.Empty(t, said.Events)
				return
			}
			require.Equal(t, []string{"CloneFailed: " + tc.want}, messagesOn(said, voice.OnPod))
			require.Equal(t, corev1.EventTypeWarning, said.Events[0].Type())
		})
	}
}

func TestEachTryIsToldOnceAndNotAsNewsLater(t *testing.T) {
	first, second := makePod(onFailure, aCloner(again(ended(1, "Error", "x"), 1))), makePod(onFailure, aCloner(again(ended(1, "Error", "x"), 2)))
	require.NotEqual(t, tell(first).Events[0].Once, tell(second).Events[0].Once)
	longAgo := again(ended(1, "Error", "x"), 1)
	longAgo.LastTerminationState.Terminated.FinishedAt = metav1.NewTime(now.Add(-voice.FreshFor - time.Second))
	require.Empty(t, tell(makePod(onFailure, aCloner(longAgo))).Events)
}

func TestWhatServersSayAboutARepositoryIsCleanAndBounded(t *testing.T) {
	attack := "app (https://git.example.com/team/app.git): git said \x1b[2J\u202e" + strings.Repeat("remote: no ", 1000) + ": look at Secret git-credentials\n"
	pod := makePod(inPhase(corev1.PodFailed, "", ""), aCloner(ended(1, "Error", strings.Repeat(attack, 20))), aStep("a", waiting("PodInitializing", "")))
	said := tell(pod)
	requireWellSaid(t, said)
	require.Equal(t, []voice.Reason{voice.CloneFailed, voice.Finished}, []voice.Reason{said.Events[0].Reason, said.Events[1].Reason})
	require.Contains(t, said.Conditions[0].Message, "1 never started", "what is long hides nothing else")
	require.Contains(t, said.Events[1].Message, "a NotStarted")
}

func TestLinesShareTheRoom(t *testing.T) {
	long := func(name string) string { return name + ": " + strings.Repeat("é", 400) + ": do that" }
	for _, tc := range []struct {
		name, text string
		limit      int
		want       string
	}{
		{"nothing", "", 100, ""},
		{"one line", "app: no\n", 100, "app: no"},
		{"two lines, and an empty one", "app: no\n \ndocs:\tno", 100, "app: no; docs: no"},
		{"one that is too long", long("app"), 240, "app: " + strings.Repeat("é", 65) + "…" + strings.Repeat("é", 29) + ": do that"},
		{"two that are too long", long("app") + "\n" + long("docs"), 400,
			"app: " + strings.Repeat("é", 57) + "…" + strings.Repeat("é", 25) + ": do that; docs: " + strings.Repeat("é", 57) + "…" + strings.Repeat("é", 26) + ": do that"},
		{"more than there is room for", strings.Repeat(long("app")+"\n", 4), 240,
			"app: " + strings.Repeat("é", 49) + "…" + strings.Repeat("é", 22) + ": do that; and 3 more"},
		{"no room at all", "app: no", 2, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := voice.Share(tc.text, tc.limit)
			require.Equal(t, tc.want, got)
			require.LessOrEqual(t, len(got), tc.limit)
		})
	}
}
