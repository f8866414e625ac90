package timeline_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/cmd/kubectl-orderly/timeline"
	"orderly.dev/mutate/contract"
)

// makeReport is that of the step a, which ran for a second.
func makeReport(reason contract.Reason, code int, failed ...string) contract.Report {
	return contract.Report{Marker: contract.Marker{
		Step: "a", Reason: reason, ExitCode: code, Attempts: 1, StartedAt: time.Unix(9, 0), FinishedAt: time.Unix(10, 0), Failed: failed}}
}

func TestAStepCannotLieAboutWhatTheKubeletSaw(t *testing.T) {
	another := makeReport(contract.Completed, 0)
	another.Step = "b"
	tried := makeReport(contract.Error, 1, "a")
	tried.Attempts = 9
	for _, tc := range []struct {
		name   string
		code   int32
		report contract.Report
		want   string
	}{
		{"the truth", 1, makeReport(contract.Error, 1, "a"), "step a exited 1"},
		{"success, but the container failed", 1, makeReport(contract.Completed, 0), "step a exited 1"},
		{"in the name of another", 1, another, "step a exited 1"},
		{"more attempts than its wrapper makes", 1, tried, "step a exited 1"},
		{"a cancel of a Pod that nobody cancelled", 121, makeReport(contract.Cancelled, 121), "step a exited 121"},
		{"a kill that it calls a success", 137, makeReport(contract.Completed, 0), "step a was killed: Killed, exit 137"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d := timeline.FromPod(makeStepPod(tc.code, tc.report.Line()), time.Unix(20, 0)).Document()
			require.Equal(t, []string{tc.want}, d.Problems)
			require.Equal(t, int(tc.code), *d.Steps[0].ExitCode)
			require.Equal(t, tc.name == "the truth", d.Steps[0].Exact)
		})
	}
}

func TestAStepCannotBlameOneThatEndedWell(t *testing.T) {
	pod := makeStepPod(0, makeReport(contract.Skipped, 0, "b").Line())
	addStep(pod, "b", corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{Reason: "Completed"}})
	require.Equal(t, "Completed", timeline.FromPod(pod, time.Unix(20, 0)).Steps[0].State)
}

func TestOnlyDeclaredResultsAreShown(t *testing.T) {
	r := makeReport(contract.Completed, 0)
	for i := range 4000 {
		r.Results = append(r.Results, contract.Result{Name: fmt.Sprint("undeclared-", i), Value: "v"})
	}
	r.Results = append(r.Results, contract.Result{Name: "version", Value: "1"})
	require.Equal(t, map[string]string{"version": "1"}, timeline.FromPod(makeStepPod(0, r.Line()), time.Unix(20, 0)).Document().Steps[0].Results)
}

func TestTimesThatCannotBeAreTheKubelets(t *testing.T) {
	pod := makeStepPod(0, makeReport(contract.Completed, 0).Line())
	ended := pod.Status.ContainerStatuses[0].State.Terminated
	ended.StartedAt, ended.FinishedAt = metav1.Unix(3600, 0), metav1.Unix(3605, 0)
	start := metav1.Unix(3599, 0)
	pod.Status.StartTime = &start
	got := timeline.FromPod(pod, time.Unix(3610, 0)).Steps[0]
	require.Equal(t, "Completed", got.State)
	require.False(t, got.Exact)
	require.Equal(t, 5*time.Second, got.Finished.Sub(got.Started))
}

// The kernel may kill the command of a step and leave its wrapper alive.
func TestACommandThatTheKernelKilledForMemory(t *testing.T) {
	pod := makeStepPod(137, makeReport(contract.Error, 137, "a").Line())
	pod.Status.ContainerStatuses[0].State.Terminated.Reason = "OOMKilled"
	require.Equal(t, []string{"step a ended with OOMKilled, exit 137"}, timeline.FromPod(pod, time.Unix(20, 0)).Document().Problems)
}

// When a Pod is over, the statuses of its containers may have stayed as they were.
func TestNothingRunsInAPodThatIsOver(t *testing.T) {
	began := metav1.Unix(3, 0)
	running := corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: began}}
	waiting := func(reason string) corev1.ContainerState {
		return corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: reason, Message: "back-off"}}
	}
	for _, tc := range []struct {
		name          string
		status        corev1.ContainerStatus
		state, spoken string
	}{
		{"its node was lost", corev1.ContainerStatus{State: running}, "Killed", "step a was killed: Killed"},
		{"it was to be started again", corev1.ContainerStatus{State: waiting("CrashLoopBackOff"), LastTerminationState: corev1.ContainerState{
			Terminated: &corev1.ContainerStateTerminated{ExitCode: 2, Reason: "Error"}}}, "Error", "step a exited 2"},
		{"its image never came", corev1.ContainerStatus{State: waiting("ImagePullBackOff")}, "ImagePullBackOff", "a was never started: ImagePullBackOff: back-off"},
		{"it was about to be started", corev1.ContainerStatus{State: waiting("PodInitializing")}, "NotStarted", ""},
		{"nobody has said anything", corev1.ContainerStatus{}, "NotStarted", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			pod := makeStepPod(0, "")
			tc.status.Name = "a"
			pod.Status.ContainerStatuses[0] = tc.status
			told := timeline.FromPod(pod, time.Unix(20, 0))
			require.Equal(t, tc.state, told.Steps[0].State)
			require.Contains(t, timeline.Text(told, 0), tc.spoken)
		})
	}
}

func TestThousandsOfStepsInTheWrongOrderAreSortedSoon(t *testing.T) {
	pod := makeStepPod(0, "")
	for i := range 4000 {
		o := contract.Options{Step: fmt.Sprint(i), PostFile: contract.MarkerFile(fmt.Sprint(i)), WaitFiles: []string{contract.MarkerFile(fmt.Sprint(i + 1))}, Entrypoint: "true"}
		pod.Spec.Containers = append(pod.Spec.Containers, corev1.Container{Name: o.Step, Command: append([]string{contract.WrapperPath}, o.Words()...)})
	}
	done := make(chan timeline.Timeline)
	go func() { done <- timeline.FromPod(pod, time.Unix(20, 0)) }()
	select {
	case told := <-done:
		require.Len(t, told.Steps, 4001)
		require.Equal(t, "3999", told.Steps[1].Name)
	case <-time.After(time.Minute):
		require.FailNow(t, "it takes for ever")
	}
}

func addStep(pod *corev1.Pod, name string, state corev1.ContainerState) {
	o := contract.Options{Step: name, PostFile: contract.MarkerFile(name), Entrypoint: "true"}
	pod.Spec.Containers = append(pod.Spec.Containers, corev1.Container{Name: name, Command: append([]string{contract.WrapperPath}, o.Words()...)})
	pod.Status.ContainerStatuses = append(pod.Status.ContainerStatuses, corev1.ContainerStatus{Name: name, State: state})
}
