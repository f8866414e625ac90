package timeline_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/cmd/kubectl-orderly/timeline"
	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop/podview"
	"orderly.dev/sidecarstop/voice"
)

// The companion loop and this program read the same Pod, and neither may import the other. Of each way in which a step can end they must tell the same story:
// what stands in the annotation orderly.dev/result is what the table shows, before and after the annotation is there.
func TestTheStoryIsTheCompanions(t *testing.T) {
	cancelled := func(pod *corev1.Pod) { pod.Annotations[contract.AnnotationCancel] = "no longer needed" }
	evicted := func(pod *corev1.Pod) {
		pod.Status.Phase, pod.Status.Reason, pod.Status.Message = corev1.PodFailed, "Evicted", "The node was low on memory"
	}
	bare := func(code int32, reason string) corev1.ContainerState {
		return corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ExitCode: code, Reason: reason,
			StartedAt: metav1.Unix(5, 0), FinishedAt: metav1.Unix(15, 0), Message: "what the command left"}}
	}
	said := func(r contract.Report) corev1.ContainerState {
		state := bare(int32(r.Exit()), kubeletsWord(int32(r.Exit())))
		state.Terminated.Message = r.Line()
		return state
	}
	waiting := corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "ImagePullBackOff", Message: "no such image"}}
	running := corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: metav1.Unix(5, 0)}}
	oom := said(makeReport(contract.Error, 137, "a"))
	oom.Terminated.Reason = "OOMKilled"
	for _, tc := range []struct {
		name   string
		state  corev1.ContainerState
		change func(*corev1.Pod)
		want   string
	}{
		{"completed", said(makeReport(contract.Completed, 0)), nil, "Completed"},
		{"failed", said(makeReport(contract.Error, 2, "a")), nil, "Error"},
		{"not found", said(makeReport(contract.Error, 127, "a")), nil, "Error"},
		{"timeout", said(makeReport(contract.Timeout, 124, "a")), nil, "Timeout"},
		{"healed", said(makeReport(contract.Continued, 3)), nil, "Continued"},
		{"well after a failure", said(makeReport(contract.UpstreamFailed, 0, "bad")), nil, "UpstreamFailed"},
		{"failed after a failure", said(makeReport(contract.Error, 4, "bad", "a")), nil, "Error"},
		{"skipped", said(makeReport(contract.Skipped, 0, "bad")), nil, "Skipped"},
		{"not needed", said(makeReport(contract.NotNeeded, 0)), nil, "NotNeeded"},
		{"ended by a sibling", said(makeReport(contract.Cancelled, 121, "bad")), nil, "Cancelled"},
		{"cancelled with the Pod", said(makeReport(contract.Cancelled, 121)), cancelled, "Cancelled"},
		{"stopped", said(makeReport(contract.Terminated, 143)), nil, "Terminated"},
		{"gate timeout", said(makeReport(contract.GateTimeout, 124)), nil, "GateTimeout"},
		{"the kernel killed the command", oom, nil, "OOMKilled"},
		{"the kernel killed all", bare(137, "OOMKilled"), nil, "OOMKilled"},
		{"killed", bare(137, "Error"), nil, "Signal9"},
		{"evicted", bare(137, "Error"), evicted, "Evicted"},
		{"not started by the runtime", bare(128, "StartError"), nil, "StartError"},
		{"the wrapper failed", bare(125, "Error"), nil, "Error"},
		{"well without a report", bare(0, "Completed"), nil, "Completed"},
		{"failed with its log for a report", bare(2, "Error"), nil, "Error"},
		{"exited like a cancel", bare(121, "Error"), nil, "Error"},
		{"a lie about success", func() corev1.ContainerState {
			state := bare(2, "Error")
			state.Terminated.Message = makeReport(contract.Completed, 0).Line()
			return state
		}(), nil, "Error"},
		{"a lie about another", said(makeReport(contract.Skipped, 0, "good")), nil, "Completed"},
		{"a cancel that nobody made", said(makeReport(contract.Cancelled, 121)), nil, "Error"},
		{"its node was lost", running, evicted, "Evicted"},
		{"its image never came", waiting, evicted, "ImagePullBackOff"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			pod := makeAgreedPod(tc.state)
			if tc.change != nil {
				tc.change(pod)
			}
			result := tellResult(t, pod)
			require.Equal(t, tc.want, result.Reason, "the companion")
			alone := timeline.FromPod(pod, time.Unix(20, 0)).Document().Steps[0]
			require.Equal(t, result.ExitCode, alone.ExitCode, "without the annotation")
			pod.Annotations[contract.AnnotationResult] = voice.Tell(podview.Of(pod), time.Unix(20, 0)).Annotations[contract.AnnotationResult]
			got := timeline.FromPod(pod, time.Unix(20, 0)).Document().Steps[0]
			require.Equal(t, tc.want, got.State)
			require.Equal(t, result.ExitCode, got.ExitCode)
			require.Equal(t, result.Failed, got.Failed)
			refined := result.Status == voice.StatusKilled // whose cause the companion finds out
			require.True(t, refined || alone.State == got.State, "%s without the annotation", alone.State)
		})
	}
}

// With many containers in a Pod the kubelet leaves no room for reports, and only the companion finds out which steps did not run.
func TestAStepThatDidNotRunAndCouldNotSaySo(t *testing.T) {
	pod := makeAgreedPod(corev1.ContainerState{Running: &corev1.ContainerStateRunning{}})
	pod.Status.Phase = corev1.PodFailed
	after := contract.Options{Step: "c", PostFile: contract.MarkerFile("c"), WaitFiles: []string{contract.MarkerFile("bad")}, Entrypoint: "true"}
	addStep(pod, "c", corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{Reason: "Completed", StartedAt: metav1.Unix(5, 0), FinishedAt: metav1.Unix(15, 0)}})
	pod.Spec.Containers[3].Command = append([]string{contract.WrapperPath}, after.Words()...)
	pod.Annotations[contract.AnnotationResult] = voice.Tell(podview.Of(pod), time.Unix(20, 0)).Annotations[contract.AnnotationResult]
	got := timeline.FromPod(pod, time.Unix(20, 0)).Steps[3]
	require.Equal(t, "c", got.Name)
	require.Equal(t, "Skipped", got.State)
	require.True(t, got.Started.IsZero())
}

// makeAgreedPod has a step a that stands like this, one that went well and one that failed.
func makeAgreedPod(state corev1.ContainerState) *corev1.Pod {
	pod := makeStepPod(0, "")
	pod.Status.Phase, pod.Status.ContainerStatuses[0].State = corev1.PodRunning, state
	pod.Status.StartTime = new(metav1.Unix(1, 0))
	pod.Labels, pod.Annotations = map[string]string{contract.LabelManaged: contract.ManagedYes}, map[string]string{}
	addStep(pod, "good", corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{Reason: "Completed"}})
	addStep(pod, "bad", corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ExitCode: 1, Reason: "Error"}})
	return pod
}

// tellResult is what the companion has to say about the step a.
func tellResult(t *testing.T, pod *corev1.Pod) voice.StepResult {
	t.Helper()
	var r voice.Result
	require.NoError(t, json.Unmarshal([]byte(voice.Tell(podview.Of(pod), time.Unix(20, 0)).Annotations[contract.AnnotationResult]), &r))
	require.Equal(t, "a", r.Steps[0].Name)
	return r.Steps[0]
}
