package timeline_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/cmd/kubectl-orderly/timeline"
	"orderly.dev/mutate/contract"
)

// A container that can write its termination message cannot write on the terminal of who looks at it.
func TestMessagesCannotControlTheTerminal(t *testing.T) {
	pod := makeStepPod("oops\x1b[2J\x1b]0;owned\x07\nPod demo/x: Succeeded\u202e" + strings.Repeat("x", 10_000))
	var text strings.Builder
	require.NoError(t, timeline.Print(&text, timeline.FromPod(pod, time.Now())))
	require.NotContains(t, text.String(), "\x1b")
	require.NotContains(t, text.String(), "\n"+"Pod demo/x: Succeeded")
	require.NotContains(t, text.String(), "\u202e")
	require.Contains(t, text.String(), "oops")
	require.Less(t, len(text.String()), 2_000)
}

// The clock of a node may be wrong by decades, and may be set back while a step runs.
func TestStepsMayLastForYearsOrEndBeforeTheyBegan(t *testing.T) {
	start := time.Date(1970, 1, 2, 0, 0, 0, 0, time.UTC)
	for _, tc := range []struct {
		name string
		end  time.Time
	}{
		{"half a century", start.AddDate(56, 0, 0)},
		{"an hour back", start.Add(-time.Hour)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			marker := contract.Marker{Step: "a", Reason: contract.Completed, Attempts: 1, StartedAt: start, FinishedAt: tc.end}
			var text strings.Builder
			require.NoError(t, timeline.Print(&text, timeline.FromPod(makeStepPod(contract.Report{Marker: marker}.Line()), tc.end)))
			require.Contains(t, text.String(), "Completed")
			require.NotContains(t, text.String(), "-3600")
		})
	}
}

// makeStepPod has one step that ended with the given termination message.
func makeStepPod(message string) *corev1.Pod {
	options := contract.Options{PostFile: contract.MarkerFile("a"), Step: "a", Entrypoint: "true"}
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: "demo", Name: "p"},
		Spec: corev1.PodSpec{
			RestartPolicy: corev1.RestartPolicyNever,
			Containers:    []corev1.Container{{Name: "a", Command: append([]string{contract.WrapperPath}, options.Words()...)}},
		},
		Status: corev1.PodStatus{Phase: corev1.PodFailed, ContainerStatuses: []corev1.ContainerStatus{{
			Name:  "a",
			State: corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ExitCode: 1, Reason: "Error", Message: message}},
		}}},
	}
}
