package voice_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop/voice"
)

func runIf(when contract.RunIf) func(*contract.Options) {
	return func(o *contract.Options) { o.RunIf = when }
}

func TestWhatDidNotRunFollowsFromTheStepsBeforeIt(t *testing.T) {
	quiet, failed := ended(0, "Completed", ""), ended(2, "Error", "")
	for _, tc := range []struct {
		name    string
		first   *corev1.ContainerStatus
		when    contract.RunIf
		status  voice.Status
		reason  contract.Reason
		blames  []string
		started bool
	}{
		{"it runs on success, and there was", quiet, contract.RunOnSuccess, voice.StatusCompleted, contract.Completed, nil, true},
		{"it runs on success, and there was none", failed, contract.RunOnSuccess, voice.StatusSkipped, contract.Skipped, []string{"first"}, false},
		{"as by default", failed, "", voice.StatusSkipped, contract.Skipped, []string{"first"}, false},
		{"the one before it was killed", ended(137, "Error", ""), "", voice.StatusSkipped, contract.Skipped, []string{"first"}, false},
		{"the one before it was healed", spoke(word("first", contract.Continued, 2)), "", voice.StatusCompleted, contract.Completed, nil, true},
		{"it always runs", failed, contract.RunAlways, voice.StatusCompleted, contract.UpstreamFailed, []string{"first"}, true},
		{"it runs on failure, and there was one", failed, contract.RunOnFailure, voice.StatusCompleted, contract.UpstreamFailed, []string{"first"}, true},
		{"it runs on failure, and there was none", quiet, contract.RunOnFailure, voice.StatusSkipped, contract.NotNeeded, nil, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := mustResult(t, makePod(aStep("first", tc.first), aStep("test", ended(0, "Completed", ""), runIf(tc.when)))).Steps[1]
			require.Equal(t, tc.status, got.Status)
			require.Equal(t, string(tc.reason), got.Reason)
			require.Equal(t, tc.blames, got.Failed)
			require.Equal(t, tc.started, got.StartedAt != "")
			require.Equal(t, tc.started, got.Attempts == 1)
		})
	}
}

func TestWhatEndedWellWithoutAReportIsToldWithTheKubeletsTimes(t *testing.T) {
	said := tell(makePod(aStep("first", completed("first")), aStep("test", ended(0, "Completed", "bye"))))
	require.Equal(t, []string{"StepCompleted: test ended well after 3.8s"}, aboutTest(said))
}

// With a hundred containers the kubelet keeps 122 bytes of each message, and a report has more.
func TestAPodWithAHundredStepsTellsTheTruth(t *testing.T) {
	cut := func(r contract.Report) *corev1.ContainerStatus {
		status := spoke(r)
		status.State.Terminated.Message = status.State.Terminated.Message[:12<<10/contract.MaxSteps]
		return status
	}
	all := []func(*corev1.Pod){aStep("0", cut(word("0", contract.Completed, 0))), aStep("1", cut(word("1", contract.Error, 3, "1")))}
	for i := 2; i < contract.MaxSteps; i++ {
		all = append(all, aStep(fmt.Sprint(i), cut(word(fmt.Sprint(i), contract.Skipped, 0, "1"))))
	}
	reason, message := finished(t, makePod(all...))
	require.Equal(t, voice.Failed, reason)
	require.Equal(t, "1 failed with exit code 3 after 0s; 98 skipped", message)
}
