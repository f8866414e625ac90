package integration

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// buildPlugin builds kubectl-orderly once, and gives its path.
var buildPlugin = sync.OnceValues(func() (string, error) {
	path := filepath.Join(folder, "kubectl-orderly")
	output, err := exec.Command("go", "build", "-o", path, "orderly.dev/cmd/kubectl-orderly").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("building kubectl-orderly: %w\n%s", err, output)
	}
	return path, nil
})

// plugin gives a command of kubectl-orderly in a namespace, with what it writes.
func plugin(t *testing.T, namespace string, args ...string) (*exec.Cmd, *lockedBuffer) {
	t.Helper()
	path, err := buildPlugin()
	require.NoError(t, err)
	command := exec.CommandContext(t.Context(), path, append(args, "-n", namespace, "--kubeconfig", filepath.Join(folder, "admin.kubeconfig"))...)
	output := &lockedBuffer{}
	command.Stdout, command.Stderr = output, output
	return command, output
}

// lockedBuffer can be read while a process writes.
type lockedBuffer struct {
	mutex  sync.Mutex
	buffer bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.buffer.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.buffer.String()
}

// makeOwnedPod makes a Pod with steps that the Job owns, as the Job controller does, which is not there.
func makeOwnedPod(t *testing.T, job *batchv1.Job, name string) *corev1.Pod {
	t.Helper()
	pod := makePod(job.Namespace, withSteps(), withProbe("proxy"))
	pod.Name, pod.Labels = name, job.Spec.Selector.MatchLabels
	pod.Annotations["orderly.dev/results"] = "{fetch: [version], build: [version]}"
	pod.OwnerReferences = []metav1.OwnerReference{*metav1.NewControllerRef(job, batchv1.SchemeGroupVersion.WithKind("Job"))}
	mustCreate(t, pod)
	requireRewritten(t, pod, "fetch")
	setRunning(t, pod)
	return pod
}

// withProbe makes the container one that the first steps wait for.
func withProbe(container string) func(*corev1.Pod) {
	return func(p *corev1.Pod) {
		for i := range p.Spec.Containers {
			if p.Spec.Containers[i].Name == container {
				p.Spec.Containers[i].ReadinessProbe = &corev1.Probe{ProbeHandler: corev1.ProbeHandler{Exec: &corev1.ExecAction{Command: []string{"true"}}}}
			}
		}
	}
}

// setRunning says of all containers that they run, as the kubelet would; the sidecar is not ready.
func setRunning(t *testing.T, pod *corev1.Pod) {
	t.Helper()
	now := metav1.Now()
	pod.Status = corev1.PodStatus{Phase: corev1.PodRunning, StartTime: &now}
	state := corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: now}}
	for _, c := range pod.Spec.InitContainers {
		pod.Status.InitContainerStatuses = append(pod.Status.InitContainerStatuses, corev1.ContainerStatus{Name: c.Name, State: state})
	}
	for _, c := range pod.Spec.Containers {
		pod.Status.ContainerStatuses = append(pod.Status.ContainerStatuses, corev1.ContainerStatus{Name: c.Name, State: state})
	}
	require.NoError(t, admin.Status().Update(t.Context(), pod))
}

// setEnded says that all steps have ended with this exit code, and left a report and a result.
func setEnded(t *testing.T, pod *corev1.Pod, phase corev1.PodPhase, exitCode int32) {
	t.Helper()
	pod.Status.Phase = phase
	at := time.Now().UTC().Format(time.RFC3339Nano)
	reason, failures := "Completed", ""
	for i := range pod.Status.ContainerStatuses {
		status := &pod.Status.ContainerStatuses[i]
		if exitCode != 0 {
			reason, failures = "Error", `"`+status.Name+`"`
		}
		status.State = corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{
			ExitCode: exitCode, Reason: reason, StartedAt: metav1.Now(), FinishedAt: metav1.Now(),
			Message: fmt.Sprintf(`orderly:{"step":%q,"exitCode":%d,"reason":%q,"attempts":1,"startedAt":%q,"finishedAt":%q,"failed":[%s],"results":{"version":"1.2.3"}}`,
				status.Name, exitCode, reason, at, at, failures),
		}}
	}
	require.NoError(t, admin.Status().Update(t.Context(), pod))
}

func setJobCondition(t *testing.T, job *batchv1.Job, kinds ...batchv1.JobConditionType) {
	t.Helper()
	now := metav1.Now()
	job.Status.StartTime = &now
	for _, kind := range kinds {
		job.Status.Conditions = append(job.Status.Conditions, batchv1.JobCondition{Type: kind, Status: corev1.ConditionTrue,
			Reason: "BackoffLimitExceeded", Message: "too many failures", LastTransitionTime: now})
	}
	if kinds[len(kinds)-1] == batchv1.JobComplete {
		job.Status.CompletionTime = &now
	}
	require.NoError(t, admin.Status().Update(t.Context(), job))
}

func TestStatusTellsWhatAPodWaitsFor(t *testing.T) {
	namespace := makeNamespace(t, optedIn)
	job := mustCreate(t, makeJob(namespace, withSteps()))
	makeOwnedPod(t, job, "work-a")

	command, output := plugin(t, namespace, "status", "job/work")
	require.NoError(t, command.Run(), "%s", output)
	require.Contains(t, output.String(), "Job "+namespace+"/work: Running\n\nPod "+namespace+"/work-a: Running for ")
	require.Regexp(t, `(?m)^fetch +Waiting$`, output.String())
	require.Regexp(t, `(?m)^fetch has waited \d+s( of 1h)? for sidecar proxy$`, output.String())
	require.Contains(t, output.String(), "\nbuild waits for fetch\n")

	command, output = plugin(t, namespace, "status", "work", "pod/work-a", "-o", "json")
	require.NoError(t, command.Run(), "%s", output)
	type pod struct {
		Name  string
		Steps []struct {
			Name, State string
			WaitsFor    []string
		}
	}
	var got struct {
		Targets []struct {
			Kind, Outcome string
			Pods          []pod
		}
	}
	require.NoError(t, json.Unmarshal([]byte(output.String()), &got), "%s", output)
	require.Len(t, got.Targets, 2)
	require.Equal(t, []string{"Job", "Pod"}, []string{got.Targets[0].Kind, got.Targets[1].Kind})
	for _, target := range got.Targets {
		require.Equal(t, "Running", target.Outcome)
		require.Equal(t, "work-a", target.Pods[0].Name)
		require.Equal(t, "Waiting", target.Pods[0].Steps[0].State)
		require.Equal(t, []string{"sidecar proxy"}, target.Pods[0].Steps[0].WaitsFor)
	}
}

// waitForText waits until the output of a command that still runs has the text.
func waitForText(t *testing.T, output *lockedBuffer, text string) {
	t.Helper()
	eventually(t, "the text "+text, func() error {
		if strings.Contains(output.String(), text) {
			return nil
		}
		return fmt.Errorf("there is\n%s", output)
	})
}

func TestStatusFollowsAJobToItsEnd(t *testing.T) {
	namespace := makeNamespace(t, optedIn)
	job := mustCreate(t, makeJob(namespace, withSteps()))
	command, output := plugin(t, namespace, "status", "-f", "-", "--watch")
	command.Stdin = strings.NewReader("{apiVersion: batch/v1, kind: Job, metadata: {name: work}}")
	require.NoError(t, command.Start())
	waitForText(t, output, "Job "+namespace+"/work: no Pods yet")

	first := makeOwnedPod(t, job, "work-a")
	waitForText(t, output, "Pod "+namespace+"/work-a: fetch waits for sidecar proxy")
	setEnded(t, first, corev1.PodFailed, 3)
	waitForText(t, output, "Pod "+namespace+"/work-a: step fetch exited 3")
	second := makeOwnedPod(t, job, "work-b")
	waitForText(t, output, "Pod "+namespace+"/work-b: step build Waiting")
	setEnded(t, second, corev1.PodSucceeded, 0)
	setJobCondition(t, job, batchv1.JobSuccessCriteriaMet, batchv1.JobComplete)

	require.NoError(t, command.Wait(), "%s", output)
	_, story, found := strings.Cut(output.String(), "\n\n")
	require.True(t, found, "%s", output)
	require.True(t, strings.HasPrefix(story, "Job "+namespace+"/work: Complete\n\nPod "+namespace+"/work-a: Failed after "), "%s", story)
	require.Contains(t, story, "\nPod "+namespace+"/work-b: Succeeded after ")
	require.True(t, strings.HasSuffix(story, "fetch: version = 1.2.3\nbuild: version = 1.2.3\n"), "%s", story)
}

func TestStatusEndsWithOneWhenAJobFailed(t *testing.T) {
	namespace := makeNamespace(t, optedIn)
	job := mustCreate(t, makeJob(namespace, withSteps()))
	pod := makeOwnedPod(t, job, "work-a")
	command, output := plugin(t, namespace, "status", "work", "--watch", "-o", "json")
	require.NoError(t, command.Start())
	waitForText(t, output, `"outcome":"Running"`)
	setEnded(t, pod, corev1.PodFailed, 3)
	setJobCondition(t, job, batchv1.JobFailureTarget, batchv1.JobFailed)

	requireExit(t, command, 1, output)
	lines := strings.Split(strings.TrimSpace(output.String()), "\n")
	require.Contains(t, lines[len(lines)-2], `"outcome":"Failed","message":"Job `+namespace+`/work failed, BackoffLimitExceeded: too many failures"`)
	require.Equal(t, "kubectl-orderly: Job "+namespace+"/work failed, BackoffLimitExceeded: too many failures", lines[len(lines)-1])
	for _, line := range lines[:len(lines)-1] {
		require.True(t, json.Valid([]byte(line)), "%s", line)
	}
}

func TestStatusCanBeInterrupted(t *testing.T) {
	namespace := makeNamespace(t, optedIn)
	mustCreate(t, makeJob(namespace, withSteps()))
	command, output := plugin(t, namespace, "status", "work", "--watch")
	require.NoError(t, command.Start())
	waitForText(t, output, "no Pods yet")
	require.NoError(t, command.Process.Signal(os.Interrupt))
	requireExit(t, command, 130, output)
	require.NotContains(t, output.String(), "kubectl-orderly:", "who interrupts needs no message")
}

func requireExit(t *testing.T, command *exec.Cmd, code int, output *lockedBuffer) {
	t.Helper()
	var exit *exec.ExitError
	require.True(t, errors.As(command.Wait(), &exit), "%s", output)
	require.Equal(t, code, exit.ExitCode(), "%s", output)
}
