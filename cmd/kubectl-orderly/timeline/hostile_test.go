package timeline_test

import (
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/cmd/kubectl-orderly/timeline"
	"orderly.dev/mutate/contract"
)

// A container that can write its termination message cannot write on the terminal of who looks at it.
func TestMessagesCannotControlTheTerminal(t *testing.T) {
	pod := makeStepPod(1, "oops\x1b[2J\x1b]0;owned\x07\nPod demo/x: Succeeded\u202e"+strings.Repeat("x", 10_000))
	text := timeline.Text(timeline.FromPod(pod, time.Now()), 0)
	require.NotContains(t, text, "\x1b")
	require.NotContains(t, text, "\n"+"Pod demo/x: Succeeded")
	require.NotContains(t, text, "\u202e")
	require.Contains(t, text, "oops")
	require.Less(t, len(text), 2_000)
}

// Whoever makes a Pod chooses its commands and annotations, and what runs in it leaves results. None of it controls the terminal, looks like another line,
// or makes the table wider than names can be.
func TestNothingOfAPodCanControlTheTerminal(t *testing.T) {
	const attack = "x\x1b[2J\x9b31m\u202e\r\nPod demo/x: Succeeded\u2028"
	long := strings.Repeat("long ", 50_000)
	report := contract.Report{
		Marker:  contract.Marker{Step: "a", Reason: contract.Completed, Attempts: 1, StartedAt: time.Unix(9, 0), FinishedAt: time.Unix(10, 0)},
		Results: []contract.Result{{Name: "version", Value: attack + long}},
	}
	pod := makeStepPod(0, report.Line())
	pod.Annotations = map[string]string{
		contract.AnnotationCancel: attack + long,
		contract.AnnotationResult: `{"steps":[{"name":"b","reason":"` + long + `","message":"\u001b[2J"}],"truncated":{"b":["\u001b[2J"]}}`,
	}
	pod.Spec.Containers = append(pod.Spec.Containers, corev1.Container{Name: "b", Command: []string{contract.WrapperPath,
		"-wait_file", "/builder/run/" + attack + "/done", "-socket", "/" + attack, "-post_file", "/b", "-step", "b", "-entrypoint", "true", "--"}})
	pod.Spec.InitContainers = []corev1.Container{{Name: "i"}, makeCloner(t)}
	pod.Status.Phase = corev1.PodRunning
	pod.Status.Conditions = []corev1.PodCondition{{Type: contract.ConditionReady, Status: corev1.ConditionFalse, Message: attack + long}}
	pod.Status.ContainerStatuses = append(pod.Status.ContainerStatuses, corev1.ContainerStatus{
		Name: "b", State: corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ExitCode: 1, Reason: attack + long, Message: attack}}})
	pod.Status.InitContainerStatuses = []corev1.ContainerStatus{
		{Name: "i", State: corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: attack + long, Message: attack + long}}},
		{Name: contract.CloneContainer, State: corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{
			ExitCode: 1, Reason: "Error", Message: strings.Repeat(attack+"\n", 300) + long}}},
	}
	told := timeline.FromPod(pod, time.Unix(20, 0))
	for form, text := range map[string]string{
		"the table":         timeline.Text(told, 0),
		"a narrow table":    timeline.Text(told, 20),
		"lines for changes": strings.Join(told.Changes(timeline.Timeline{}), "\n"),
	} {
		t.Run(form, func(t *testing.T) {
			for line := range strings.Lines(text) {
				line = strings.TrimSuffix(line, "\n")
				require.NotContains(t, strings.Map(keepUnprintable, line), "!", "%q", line)
				require.LessOrEqual(t, utf8.RuneCountInString(line), 2_500)
				require.False(t, strings.HasPrefix(line, "Pod demo/x:"), "%q", line)
			}
			require.Less(t, len(text), 40_000)
		})
	}
}

// keepUnprintable turns what is not printable into an exclamation mark, and drops everything else.
func keepUnprintable(r rune) rune {
	if unicode.IsPrint(r) {
		return -1
	}
	return '!'
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
			text := timeline.Text(timeline.FromPod(makeStepPod(0, contract.Report{Marker: marker}.Line()), tc.end), 0)
			require.Contains(t, text, "Completed")
			require.NotContains(t, text, "-3600")
		})
	}
}

// makeStepPod has one step, with one result, that ended with the given exit code and termination message.
func makeStepPod(code int32, message string) *corev1.Pod {
	options := contract.Options{PostFile: contract.MarkerFile("a"), Step: "a", Entrypoint: "true", Results: []string{"version"}, ResultsDir: contract.ResultsDir}
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: "demo", Name: "p"},
		Spec: corev1.PodSpec{
			RestartPolicy: corev1.RestartPolicyNever,
			Containers:    []corev1.Container{{Name: "a", Command: append([]string{contract.WrapperPath}, options.Words()...)}},
		},
		Status: corev1.PodStatus{Phase: corev1.PodFailed, ContainerStatuses: []corev1.ContainerStatus{{
			Name:  "a",
			State: corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ExitCode: code, Reason: kubeletsWord(code), Message: message}},
		}}},
	}
}

// kubeletsWord is its reason for a container that ended by itself.
func kubeletsWord(code int32) string {
	if code == 0 {
		return "Completed"
	}
	return "Error"
}
