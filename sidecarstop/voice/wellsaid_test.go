package voice_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop/podview"
	"orderly.dev/sidecarstop/voice"
)

// requireWellSaid requires what holds for everything that is said about any Pod.
func requireWellSaid(t *testing.T, said voice.Saying) {
	t.Helper()
	if text, is := said.Annotations[contract.AnnotationResult]; is {
		require.LessOrEqual(t, len(text), voice.MaxResult)
		var r voice.Result
		require.NoError(t, json.Unmarshal([]byte(text), &r))
		require.NotEmpty(t, r.Steps)
		for _, s := range r.Steps {
			require.NotEmpty(t, s.Status)
			require.NotEmpty(t, s.Reason)
			require.Positive(t, s.Stage)
			require.GreaterOrEqual(t, s.Attempts, 0)
		}
	}
	for _, c := range said.Conditions {
		require.Contains(t, []string{voice.Succeeded, voice.Failed, voice.Cancelled}, c.Reason)
		requireOneLine(t, c.Message)
	}
	for _, e := range said.Events {
		require.NotEmpty(t, e.Reason)
		require.NotEmpty(t, e.Action)
		require.NotEmpty(t, e.Message)
		requireOneLine(t, e.Message)
	}
}

func requireOneLine(t *testing.T, message string) {
	t.Helper()
	require.LessOrEqual(t, len(message), voice.MaxMessage)
	require.True(t, utf8.ValidString(message))
	require.Equal(t, -1, strings.IndexFunc(message, unicode.IsControl))
}

// FuzzTell changes what a container and the cluster may say about two steps and a sidecar.
func FuzzTell(f *testing.F) {
	report := word("test", contract.Error, 2, "test").Line()
	f.Add(report, "Error", "", "", "brief", "", int32(2), int32(0), int64(9), uint8(0))
	f.Add("orderly:{", "OOMKilled", "\x00", "\xff\xfe", "all", "user", int32(137), int32(3), int64(0), uint8(7))
	f.Add(report, "StartError", "Evicted", "low", "all", "", int32(128), int32(-1), int64(-1<<62), uint8(255))
	f.Add(strings.Repeat("app (https://x): \x1b[2J\u202eno\n", 200), "Error", "Deadline", "low", "all", "", int32(1), int32(4), int64(9), uint8(20))
	f.Fuzz(func(t *testing.T, message, reason, podReason, podMessage, events, cancel string, code, restarts int32, when int64, shape uint8) {
		status := ended(code, reason, message)
		status.RestartCount = restarts
		status.State.Terminated.FinishedAt.Time = began.Add(0).AddDate(0, 0, int(when%1_000_000))
		switch shape & 3 {
		case 1:
			status.LastTerminationState, status.State = status.State, corev1.ContainerState{}
		case 2:
			status.LastTerminationState, status.State = status.State, running(true).State
		case 3:
			status.LastTerminationState, status.State = status.State, waiting(reason, message).State
		}
		pod := makePod(aCloner(status), aSetup(status), aStep("test", status), aStep("next", completed("next")), aSidecar("proxy", status),
			annotated(contract.AnnotationEvents, events), annotated(contract.AnnotationCancel, cancel))
		if shape&4 != 0 {
			inPhase(corev1.PodFailed, podReason, podMessage)(pod)
		}
		if shape&8 != 0 {
			onFailure(pod)
		}
		if shape&16 != 0 {
			pod.Status.ContainerStatuses = nil
		}
		before := pod.DeepCopy()
		said := tell(pod)
		require.Equal(t, before, pod)
		require.Equal(t, said, voice.Tell(podview.Of(pod), now), "the same words for the same Pod")
		requireWellSaid(t, said)
	})
}
