package voice_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop/podview"
	"orderly.dev/sidecarstop/voice"
)

// mustResult decodes the annotation.
func mustResult(t *testing.T, pod *corev1.Pod) voice.Result {
	t.Helper()
	text := tell(pod).Annotations[contract.AnnotationResult]
	require.NotEmpty(t, text)
	require.LessOrEqual(t, len(text), voice.MaxResult)
	var r voice.Result
	require.NoError(t, json.Unmarshal([]byte(text), &r))
	return r
}

// lie is a container that ended like this and says that.
func lie(code int32, r contract.Report) *corev1.ContainerStatus {
	return ended(code, "Error", r.Line())
}

func TestAReportCountsOnlyWhereItFitsWhatTheKubeletSaw(t *testing.T) {
	for _, tc := range []struct {
		name   string
		status *corev1.ContainerStatus
		want   voice.Status
	}{
		{"the truth", lie(2, word("test", contract.Error, 2, "test")), voice.StatusFailed},
		{"in the name of another", lie(0, word("first", contract.Skipped, 0)), voice.StatusCompleted},
		{"success, but the container failed", lie(2, word("test", contract.Completed, 0)), voice.StatusFailed},
		{"failure, but the container exited 0", lie(0, word("test", contract.Error, 2, "test")), voice.StatusCompleted},
		{"an error with 0", lie(0, word("test", contract.Error, 0, "test")), voice.StatusCompleted},
		{"a success with 3", lie(0, word("test", contract.Completed, 3)), voice.StatusCompleted},
		{"a cancel with another code", lie(2, word("test", contract.Cancelled, 2)), voice.StatusFailed},
		{"a failure of no step of the Pod", lie(0, word("test", contract.Skipped, 0, "nobody")), voice.StatusCompleted},
		{"a failure of a step that went well", lie(0, word("test", contract.Skipped, 0, "first")), voice.StatusCompleted},
		{"a cancel that nobody made", lie(121, word("test", contract.Cancelled, 121)), voice.StatusFailed},
		{"a failure of a sidecar", lie(0, word("test", contract.Skipped, 0, "proxy")), voice.StatusCompleted},
		{"more attempts than its wrapper makes", lie(0, tried(word("test", contract.UpstreamFailed, 0))), voice.StatusCompleted},
		{"a kill", lie(137, word("test", contract.Completed, 0)), voice.StatusKilled},
	} {
		t.Run(tc.name, func(t *testing.T) {
			pod := makePod(aStep("first", completed("first")), aStep("test", tc.status), aSidecar("proxy", running(true)))
			got := mustResult(t, pod).Steps[1]
			require.Equal(t, tc.want, got.Status)
			if tc.name != "the truth" {
				require.Empty(t, got.Failed, "nothing of the report is believed")
				require.Equal(t, 1, got.Attempts)
			}
		})
	}
}

func TestTimesOfAReportThatCannotBeAreTheKubelets(t *testing.T) {
	kubelets := toTheSecond(3).Format(time.RFC3339)
	for _, tc := range []struct {
		name          string
		start, finish time.Time
		want          string
		duration      string
	}{
		{"in order", at(4), at(5.2), at(4).Format(time.RFC3339), "1.2s"},
		{"reversed", at(5.2), at(4), kubelets, "6s"},
		{"before the Pod", at(-3600), at(5.2), kubelets, "6s"},
		{"in the future", at(4), at(86400), kubelets, "6s"},
		{"without an end", at(4), time.Time{}, kubelets, "6s"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := word("test", contract.Completed, 0)
			r.StartedAt, r.FinishedAt = tc.start, tc.finish
			got := mustResult(t, makePod(aStep("test", spoke(r)))).Steps[0]
			require.Equal(t, voice.StatusCompleted, got.Status)
			require.Equal(t, tc.want, got.StartedAt)
			require.Equal(t, tc.duration, got.Duration)
		})
	}
}

func TestTheKubeletsTimesMayBeMissingOrReversed(t *testing.T) {
	for _, tc := range []struct {
		name   string
		change func(*corev1.ContainerStateTerminated)
	}{
		{"missing", func(s *corev1.ContainerStateTerminated) { s.StartedAt.Reset(); s.FinishedAt.Reset() }},
		{"the epoch", func(s *corev1.ContainerStateTerminated) { s.StartedAt.Time = time.Unix(0, 0) }},
		{"reversed", func(s *corev1.ContainerStateTerminated) { s.StartedAt, s.FinishedAt = s.FinishedAt, s.StartedAt }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			status := ended(2, "Error", "")
			tc.change(status.State.Terminated)
			require.Empty(t, mustResult(t, makePod(aStep("test", status))).Steps[0].Duration)
		})
	}
}

func TestNothingOfWhatACommandPrintedIsRepeated(t *testing.T) {
	const secret = "hunter2"
	for _, status := range []*corev1.ContainerStatus{
		ended(2, "Error", secret), ended(0, "Completed", secret), ended(137, "OOMKilled", secret), ended(137, "Error", secret),
		lie(0, contract.Report{Marker: word("test", contract.Completed, 0).Marker, Results: []contract.Result{{Name: "undeclared", Value: secret}}}),
	} {
		said := tell(makePod(aStep("test", status)))
		require.NotContains(t, fmt.Sprint(said), secret)
		require.Len(t, said.Conditions, 1)
	}
}

func TestResultsThatDoNotFitAreNamed(t *testing.T) {
	r := word("test", contract.Completed, 0)
	for _, name := range []string{"one", "two", "three"} {
		r.Results = append(r.Results, contract.Result{Name: name, Value: name + strings.Repeat("é\x00<", 6000)})
	}
	r.Truncated = []string{"four"}
	declare := func(o *contract.Options) {
		o.Results, o.ResultsDir = []string{"one", "two", "three", "four"}, contract.ResultsDir
	}
	got := mustResult(t, makePod(aStep("test", spoke(r), declare)))
	require.Equal(t, map[string]map[string]string{"test": {"one": r.Results[0].Value}}, got.Results)
	require.Equal(t, map[string][]string{"test": {"two", "three", "four"}}, got.Truncated)
}

func TestResultsCannotControlATerminal(t *testing.T) {
	const attack = "1.2\x1b[2J\u009b31m\u202e\x7f\U000e0001é<\"\\"
	r := word("test", contract.Completed, 0)
	r.Results = []contract.Result{{Name: "version", Value: attack}}
	declare := func(o *contract.Options) { o.Results, o.ResultsDir = []string{"version"}, contract.ResultsDir }
	pod := makePod(aStep("test", spoke(r), declare))
	text := tell(pod).Annotations[contract.AnnotationResult]
	require.Equal(t, -1, strings.IndexFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }), text)
	require.Equal(t, attack, mustResult(t, pod).Results["test"]["version"])
}

func TestAHugePodHasABoundedResult(t *testing.T) {
	var all []func(*corev1.Pod)
	for i := range 500 {
		all = append(all, aStep(fmt.Sprintf("step-%d-%s", i, strings.Repeat("x", 50)), waiting("ImagePullBackOff", strings.Repeat("\x1b[2J", 10_000))))
	}
	pod := makePod(append(all, inPhase(corev1.PodFailed, strings.Repeat("x", 1<<20), strings.Repeat("\xff", 1<<20)))...)
	got := mustResult(t, pod)
	require.Equal(t, 500, len(got.Steps)+got.Omitted)
	require.GreaterOrEqual(t, len(got.Steps), contract.MaxSteps, "what admission lets through is there whole")
	requireWellSaid(t, tell(pod))
}

func TestNamesOfResultsAreBoundedToo(t *testing.T) {
	r := word("test", contract.Completed, 0)
	var names []string
	for i := range 1000 {
		names = append(names, fmt.Sprint(i, strings.Repeat("n", 200)))
		r.Results = append(r.Results, contract.Result{Name: names[i], Value: "v"})
	}
	declare := func(o *contract.Options) { o.Results, o.ResultsDir = names, contract.ResultsDir }
	got := mustResult(t, makePod(aStep("test", spoke(r), declare)))
	require.Len(t, got.Steps, 1)
	require.Empty(t, got.Results)
	require.Empty(t, got.Truncated)
	require.Equal(t, "1.2s", got.Steps[0].Duration, "the report counts")
}

// The kubelet keeps 4 KiB of a message; who may write to pods/status may leave more.
func TestThousandsOfResultsAreThereOrNamed(t *testing.T) {
	r := word("test", contract.Completed, 0)
	var names []string
	for i := range 4000 {
		names = append(names, fmt.Sprint("r", i))
		r.Results = append(r.Results, contract.Result{Name: names[i], Value: "0123456789"})
	}
	declare := func(o *contract.Options) { o.Results, o.ResultsDir = names, contract.ResultsDir }
	got := mustResult(t, makePod(aStep("test", spoke(r), declare)))
	require.Greater(t, len(got.Results["test"]), 1000)
	require.Equal(t, names[len(got.Results["test"]):], got.Truncated["test"])
}

func TestALegalPodLosesNoStep(t *testing.T) {
	var all []func(*corev1.Pod)
	for i := range contract.MaxSteps {
		all = append(all, aStep(fmt.Sprintf("%d-%s", i, strings.Repeat("x", 55)), waiting("CreateContainerConfigError", strings.Repeat("m", 400))))
	}
	got := mustResult(t, makePod(append(all, inPhase(corev1.PodFailed, "Evicted", ""))...))
	require.Len(t, got.Steps, contract.MaxSteps)
	require.Zero(t, got.Omitted)
	require.Equal(t, contract.MaxSteps, got.Steps[contract.MaxSteps-1].Stage)
}

func TestStepsThatWaitForEachOtherInACircleEndTheStory(t *testing.T) {
	after := func(name string) func(*contract.Options) {
		return func(o *contract.Options) { o.WaitFiles = []string{contract.MarkerFile(name)} }
	}
	pod := makePod(aStep("a", completed("a"), after("c")), aStep("b", completed("b"), after("a")), aStep("c", completed("c"), after("b")))
	require.Len(t, mustResult(t, pod).Steps, 3)
}

func TestAPodThatIsNotOurs(t *testing.T) {
	pod := makePod(aStep("test", completed("test")))
	delete(pod.Labels, contract.LabelManaged)
	require.Equal(t, voice.Saying{}, tell(pod))
	require.Equal(t, voice.Saying{}, voice.Tell(podview.Of(makePod(aSidecar("app", running(true)))), now), "a Pod without steps")
	require.Equal(t, voice.Saying{}, voice.Tell(podview.Of(&corev1.Pod{}), now))
}
