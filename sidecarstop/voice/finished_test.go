package voice_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop/podview"
	"orderly.dev/sidecarstop/voice"
)

// What to do stands at the end of what the cloner says, which the reason of a cancel may quote.
func TestTheReasonOfACancelKeepsItsEnd(t *testing.T) {
	for _, said := range []string{strings.Repeat("remote: no ", 60), strings.Repeat("remote: \x1b[2Jnein, schön\n", 60)} {
		pod := makePod(inPhase(corev1.PodFailed, "", ""), cancelledBecause("app: git said "+said+": look at Secret git"), aStep("a", nil))
		_, message := finished(t, pod)
		require.True(t, strings.HasSuffix(message, ": look at Secret git; 1 never started"), message)
		requireWellSaid(t, tell(pod))
	}
}

func TestTheOutcomeHasAReasonAndASentence(t *testing.T) {
	userCancel := annotated(contract.AnnotationCancel, "no longer\nneeded")
	for _, tc := range []struct {
		name            string
		pod             *corev1.Pod
		reason, message string
	}{
		{"all went well", makePod(aStep("a", completed("a")), aStep("b", completed("b"))), voice.Succeeded, "2 steps ended well after 1.2s"},
		{"one failure is healed", makePod(aStep("a", spoke(word("a", contract.Continued, 3)))), voice.Succeeded, "0 steps ended well after 1.2s; 1 failed and did not count"},
		{"one step was not needed", makePod(aStep("a", completed("a")), aStep("b", spoke(word("b", contract.NotNeeded, 0)))),
			voice.Succeeded, "1 step ended well after 1.2s; 1 skipped"},
		{"a sidecar still runs", makePod(aStep("a", completed("a")), aSidecar("proxy", running(true))), voice.Succeeded, "1 step ended well after 1.2s"},
		{"a sidecar failed afterwards", makePod(aStep("a", completed("a")), aSidecar("proxy", ended(1, "Error", "")), inPhase(corev1.PodFailed, "", "")),
			voice.Succeeded, "1 step ended well after 1.2s"},
		{"two fail and one is skipped", makePod(aStep("a", spoke(word("a", contract.Error, 2, "a"))), aStep("b", spoke(word("b", contract.Error, 3, "a", "b"))),
			aStep("c", spoke(word("c", contract.Skipped, 0, "a", "b")))),
			voice.Failed, "a failed with exit code 2 after 1.2s; b failed with exit code 3 after 1.2s; 1 skipped"},
		{"many fail", makePod(aStep("a", ended(1, "Error", "")), aStep("b", ended(1, "Error", "")), aStep("c", ended(1, "Error", "")), aStep("d", ended(1, "Error", ""))),
			voice.Failed, "a failed with exit code 1 after 6s; b failed with exit code 1 after 0s; c failed with exit code 1 after 0s; 1 more failed"},
		{"stopped from outside", makePod(aStep("a", spoke(word("a", contract.Terminated, 143, "a")))), voice.Failed, "a was stopped from outside before it ran"},
		{"cancelled by a user", makePod(userCancel, aStep("a", completed("a")), aStep("b", spoke(word("b", contract.Cancelled, 121)))),
			voice.Cancelled, "cancelled: no longer needed; 1 ended well; 1 cancelled"},
		{"cancelled by the companion, as its condition says", makePod(aStep("a", spoke(word("a", contract.Cancelled, 121))), cancelledBecause("job migrate failed")),
			voice.Cancelled, "cancelled: job migrate failed; 1 cancelled"},
		{"failed before it was cancelled", makePod(userCancel, aStep("a", spoke(word("a", contract.Error, 2, "a"))), aStep("b", spoke(word("b", contract.Cancelled, 121)))),
			voice.Failed, "a failed with exit code 2 after 1.2s; 1 cancelled"},
		{"cancelled when all had ended", makePod(userCancel, aStep("a", completed("a"))), voice.Succeeded, "1 step ended well after 1.2s"},
		{"cancelled before it had a node", makePod(userCancel, aStep("a", nil), inPhase(corev1.PodFailed, "Cancelled", "")),
			voice.Cancelled, "cancelled: no longer needed; 1 never started"},
		{"killed by the deadline of a cancel", makePod(userCancel, aStep("a", ended(137, "Error", "")), inPhase(corev1.PodFailed, "DeadlineExceeded", "")),
			voice.Cancelled, "cancelled: no longer needed; 1 killed"},
		{"a command ended with the code of a cancel, which nobody made", makePod(aStep("a", ended(121, "Error", ""))),
			voice.Failed, "a failed with exit code 121 after 6s"},
		{"evicted before anything ran", makePod(aStep("a", nil), inPhase(corev1.PodFailed, "Evicted", "no room.")),
			voice.Failed, "the Pod was over before its steps were: Evicted: no room; 1 never started"},
		{"its node was lost", makePod(aStep("a", running(true)), inPhase(corev1.PodFailed, "NodeLost", "")), voice.Failed, "a was killed: NodeLost"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			reason, message := finished(t, tc.pod)
			require.Equal(t, tc.reason, reason)
			require.Equal(t, tc.message, message)
			r := mustResult(t, tc.pod)
			require.Equal(t, []string{reason, message}, []string{r.Outcome, r.Message})
			requireWellSaid(t, tell(tc.pod))
		})
	}
}

func cancelledBecause(message string) func(*corev1.Pod) {
	return func(pod *corev1.Pod) {
		withCondition(contract.ConditionCancelled, began)(pod)
		pod.Status.Conditions[len(pod.Status.Conditions)-1].Message = message
	}
}

func TestNothingIsFinishedWhileAStepMayStillRun(t *testing.T) {
	for name, pod := range map[string]*corev1.Pod{
		"it has not been looked at":           makePod(aStep("a", nil), inPhase(corev1.PodPending, "", "")),
		"it runs":                             makePod(aStep("a", completed("a")), aStep("b", running(true))),
		"its image does not come":             makePod(aStep("a", waiting("ImagePullBackOff", ""))),
		"the kubelet starts it again":         makePod(onFailure, aStep("a", spoke(word("a", contract.Error, 2, "a")))),
		"it is cancelled, and started again":  makePod(onFailure, aStep("a", spoke(word("a", contract.Cancelled, 121)))),
		"it has no steps, and sidecars ended": makePod(aSidecar("a", ended(0, "Completed", ""))),
	} {
		t.Run(name, func(t *testing.T) {
			said := tell(pod)
			require.Empty(t, said.Conditions)
			require.Empty(t, said.Annotations)
			require.Empty(t, messagesOn(said, voice.OnOwner))
		})
	}
}

func TestWhatIsOnThePodIsNotSaidAgain(t *testing.T) {
	pod := makePod(aStep("a", completed("a")))
	first := tell(pod)
	pod.Annotations[contract.AnnotationResult] = first.Annotations[contract.AnnotationResult]
	require.Len(t, tell(pod).Conditions, 1, "the condition is missing still")
	pod.Status.Conditions = first.Conditions
	later := voice.Tell(podview.Of(pod), now.Add(time.Minute))
	require.Empty(t, later.Annotations)
	require.Empty(t, later.Conditions)
	require.Equal(t, first.Events, later.Events, "whoever wrote it may have had no time for the Events")
	require.Empty(t, voice.Tell(podview.Of(pod), now.Add(2*time.Minute)).Events, "he had")
	pod.Annotations[contract.AnnotationResult] = "{}"
	require.Equal(t, first.Annotations, tell(pod).Annotations, "somebody changed it")
}
