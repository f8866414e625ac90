package voice_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop/voice"
)

func retried(o *contract.Options) { o.Retries = 3 }

// tried changes a report to one of the third attempt.
func tried(r contract.Report) contract.Report {
	r.Attempts = 3
	return r
}

// ranBefore changes a report to one of a step that ran when it was ended.
func ranBefore(r contract.Report) contract.Report {
	r.Attempts, r.StartedAt = 1, at(4)
	return r
}

// makeTestPod has three steps: one that went well, one that failed, and test, which ended like this. Somebody has cancelled it meanwhile.
func makeTestPod(status *corev1.ContainerStatus) *corev1.Pod {
	return makePod(aStep("first", completed("first")), aStep("bad", spoke(word("bad", contract.Error, 1, "bad"))), aStep("test", status, retried),
		annotated(contract.AnnotationCancel, "because"))
}

// aboutTest are the reasons and messages of the Events about the step test.
func aboutTest(said voice.Saying) []string {
	var messages []string
	for _, e := range said.Events {
		if e.Once == "test/0" {
			messages = append(messages, string(e.Reason)+": "+e.Message)
		}
	}
	return messages
}

func TestTheEndOfEachStepIsOneSentence(t *testing.T) {
	for _, tc := range []struct {
		name   string
		status *corev1.ContainerStatus
		want   string
	}{
		{"completed", completed("test"), "StepCompleted: test ended well after 1.2s"},
		{"completed in the third attempt", spoke(tried(word("test", contract.Completed, 0))), "StepCompleted: test ended well after 1.2s (attempt 3)"},
		{"completed after a failure", spoke(word("test", contract.UpstreamFailed, 0, "bad")), "StepCompleted: test ended well after 1.2s, although bad failed before it"},
		{"failed", spoke(word("test", contract.Error, 2, "test")), "StepFailed: test failed with exit code 2 after 1.2s"},
		{"failed three times", spoke(tried(word("test", contract.Error, 2, "test"))), "StepFailed: test failed with exit code 2 after 1.2s (attempt 3)"},
		{"failed by a signal", spoke(word("test", contract.Error, 139, "test")), "StepFailed: test failed with exit code 139 (signal 11) after 1.2s"},
		{"failed and healed", spoke(word("test", contract.Continued, 2)), "StepFailed: test failed with exit code 2 after 1.2s, and what follows runs all the same"},
		{"ran out of time", spoke(word("test", contract.Timeout, 124, "test")), "StepFailed: test ran out of time after 1.2s"},
		{"gate timeout", spoke(word("test", contract.GateTimeout, 124, "test")), "StepFailed: test was not run, because what it waits for did not come in time"},
		{"cancelled while it ran", spoke(ranBefore(word("test", contract.Cancelled, 121))), "StepCancelled: test was cancelled after 1.2s"},
		{"ended by a sibling", spoke(ranBefore(word("test", contract.Cancelled, 121, "bad"))), "StepCancelled: test was cancelled after 1.2s because bad failed"},
		{"stopped", spoke(ranBefore(word("test", contract.Terminated, 143, "test"))), "StepCancelled: test was stopped from outside after 1.2s"},
		{"the wrapper failed", spoke(contract.Report{Marker: contract.Marker{Step: "test", Reason: contract.Error, ExitCode: 125, FinishedAt: at(5), Failed: []string{"test"}}}),
			"StepFailed: test could not be run (exit code 125)"},
		{"killed by the kernel", ended(137, "OOMKilled", ""), "StepKilled: test was killed: OOMKilled (signal 9)"},
		{"the kernel killed the command alone", oomOfTheCommand(), "StepFailed: test failed with exit code 137 (signal 9) after 1.2s: OOMKilled"},
		{"killed by nobody knows whom", ended(137, "Error", ""), "StepKilled: test was killed: signal 9"},
		{"lost", ended(137, "ContainerStatusUnknown", "The container could not be located"),
			"StepKilled: test was killed: ContainerStatusUnknown: The container could not be located"},
		{"never started", ended(128, "StartError", "exec: no such file"), "StepKilled: test could not be started: StartError: exec: no such file"},
		{"failed with its log in place of a report", ended(2, "Error", "panic: secret"), "StepFailed: test failed with exit code 2 after 3.8s"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			require.Equal(t, []string{tc.want}, aboutTest(tell(makeTestPod(tc.status))))
		})
	}
}

func oomOfTheCommand() *corev1.ContainerStatus {
	status := spoke(word("test", contract.Error, 137, "test"))
	status.State.Terminated.Reason = "OOMKilled"
	return status
}

func TestStepsThatDidNotRunAreToldOfOnlyWhenAskedFor(t *testing.T) {
	for _, tc := range []struct {
		name   string
		status *corev1.ContainerStatus
		want   string
	}{
		{"skipped", spoke(word("test", contract.Skipped, 0, "bad")), "StepSkipped: test was skipped because bad failed"},
		{"skipped for many", spoke(word("test", contract.Skipped, 0, "bad", "bad", "bad", "bad")), "StepSkipped: test was skipped because bad, bad, bad and 1 more failed"},
		{"skipped for nobody knows whom", spoke(word("test", contract.Skipped, 0, "test")), "StepSkipped: test was skipped because something before it failed"},
		{"not needed", spoke(word("test", contract.NotNeeded, 0)), "StepSkipped: test was not needed, because nothing before it failed"},
		{"cancelled before", spoke(word("test", contract.Cancelled, 121)), "StepSkipped: test was cancelled before it ran"},
		{"stopped before", spoke(word("test", contract.Terminated, 143, "test")), "StepSkipped: test was stopped from outside before it ran"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			pod := makeTestPod(tc.status)
			require.Empty(t, aboutTest(tell(pod)))
			annotated(contract.AnnotationEvents, contract.EventsAll)(pod)
			require.Contains(t, aboutTest(tell(pod)), tc.want)
		})
	}
}

func TestOnlyWhatWentWrongIsAWarning(t *testing.T) {
	for _, tc := range []struct {
		name   string
		status *corev1.ContainerStatus
		want   bool
	}{
		{"completed", completed("test"), false},
		{"healed", spoke(word("test", contract.Continued, 2)), false},
		{"failed", spoke(word("test", contract.Error, 2, "test")), true},
		{"killed", ended(137, "OOMKilled", ""), true},
		{"stopped", spoke(ranBefore(word("test", contract.Terminated, 143, "test"))), true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			said := tell(makePod(aStep("test", tc.status)))
			require.Len(t, said.Events, 2)
			require.Equal(t, tc.want, said.Events[0].Warning)
			require.Equal(t, tc.want, said.Events[1].Warning, "on the Job")
		})
	}
}
