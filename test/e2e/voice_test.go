package e2e

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop/voice"
)

// resultOf reads what a Pod says about the ends of its steps, when they have ended.
func resultOf(t *testing.T, pod *corev1.Pod) (*corev1.Pod, voice.Result) {
	t.Helper()
	pod = awaitPod(t, pod, "the result", func(p *corev1.Pod) bool {
		return conditionOf(p, contract.ConditionFinished).Status == corev1.ConditionTrue
	})
	var result voice.Result
	require.NoError(t, json.Unmarshal([]byte(pod.Annotations[contract.AnnotationResult]), &result))
	require.Equal(t, result.Outcome, conditionOf(pod, contract.ConditionFinished).Reason)
	require.Equal(t, result.Message, conditionOf(pod, contract.ConditionFinished).Message)
	return pod, result
}

// A Job fails in the middle. Its Pod and the Job say how each step ended, in few Events, and the plugin tells the story.
func TestPodAndJobTellHowTheStepsEnded(t *testing.T) {
	t.Parallel()
	namespace := makeNamespace(t)
	proxy := shell("proxy", "touch /shared/up; exec sleep 1000000")
	proxy.ReadinessProbe = execProbe("test -e /shared/up")
	job := makeJob("fetch, build, publish", shell("fetch", "echo -n 1.2 > /builder/results/version"), shell("build", "exit 3"), shell("publish", "true"), proxy)
	createJob(t, namespace, runOnce(ask(job, contract.AnnotationResults, "{fetch: [version]}")))
	waitForJob(t, namespace, batchv1.JobFailed)

	pod, result := resultOf(t, getPod(t, namespace))

	require.Equal(t, "Failed", result.Outcome)
	require.Regexp(t, `^build failed with exit code 3 after \S+; 1 skipped$`, result.Message)
	require.Equal(t, map[string]map[string]string{"fetch": {"version": "1.2"}}, result.Results)
	requireSteps(t, result,
		voice.StepResult{Name: "fetch", Stage: 1, Status: voice.StatusCompleted, Reason: "Completed", ExitCode: new(0), Attempts: 1},
		voice.StepResult{Name: "build", Stage: 2, Status: voice.StatusFailed, Reason: "Error", ExitCode: new(3), Attempts: 1, Failed: []string{"build"}},
		voice.StepResult{Name: "publish", Stage: 3, Status: voice.StatusSkipped, Reason: "Skipped", ExitCode: new(0), Failed: []string{"build"}},
	)
	require.Equal(t, corev1.ConditionTrue, conditionOf(pod, contract.ConditionReady).Status)
	requireBriefEvents(t, pod)
	story := tellStory(t, namespace, "job")
	require.Contains(t, story, "Pod "+namespace+"/"+pod.Name+": Failed after ")
	require.Contains(t, story, "step build exited 3")
	require.Contains(t, story, "skipped: publish")
	require.Regexp(t, `(?m)^fetch +Completed +\+0\.000s .*█`, story)
}

// requireSteps compares how steps ended. Those that ran have a start and a duration besides.
func requireSteps(t *testing.T, result voice.Result, want ...voice.StepResult) {
	t.Helper()
	require.Len(t, result.Steps, len(want))
	for i, got := range result.Steps {
		require.Equal(t, want[i].Attempts > 0, got.StartedAt != "" && got.Duration != "", got)
		got.StartedAt, got.Duration = "", ""
		require.Equal(t, want[i], got)
	}
}

// requireBriefEvents requires the Events of that story, and no more.
func requireBriefEvents(t *testing.T, pod *corev1.Pod) {
	t.Helper()
	namespace, on := pod.Namespace, "Pod/"+pod.Name
	awaitEvent(t, namespace, on, "Ready", "Normal: Everything that was waited for is true: the first steps run")
	awaitEvent(t, namespace, on, "StepCompleted", "Normal: fetch ended well after ")
	awaitEvent(t, namespace, on, "StepFailed", "Warning: build failed with exit code 3 after ")
	awaitEvent(t, namespace, "Job/job", "Finished", "Warning: Pod "+pod.Name+": fetch Completed ")
	awaitEvent(t, namespace, "Job/job", "Finished", ", publish Skipped")
	for _, reason := range []string{"Ready", "StepCompleted", "StepFailed"} {
		require.Len(t, eventsOf(t, namespace, on, reason), 1)
	}
	for _, reason := range []string{"StepStarted", "StepSkipped", "ContainerReady"} {
		require.Empty(t, eventsOf(t, namespace, on, reason), "only with events: all")
	}
}

// A user asks for all Events: also for those of starts, of containers that became ready, and of what did not run.
func TestAllEventsTellOfStartsAndOfContainersThatBecameReady(t *testing.T) {
	t.Parallel()
	namespace := makeNamespace(t)
	proxy := shell("proxy", "exec sleep 1000000")
	proxy.ReadinessProbe = execProbe("true")
	job := makeJob("fetch, build, publish",
		shell("fetch", "until test -e /shared/go; do sleep 0.1; done"), shell("build", "exit 3"), shell("publish", "true"), proxy)
	job.Spec.Template.Spec.InitContainers = []corev1.Container{shell("setup", "true")}
	createJob(t, namespace, runOnce(ask(job, contract.AnnotationEvents, contract.EventsAll)))
	pod := waitForPod(t, namespace, "the steps to be started", allRun)
	on := "Pod/" + pod.Name

	awaitEvent(t, namespace, on, "ContainerReady", "Normal: setup ended well")
	awaitEvent(t, namespace, on, "ContainerReady", "Normal: proxy is ready")
	awaitEvent(t, namespace, on, "ContainerReady", "Normal: fetch is ready")
	awaitEvent(t, namespace, on, "StepStarted", "Normal: fetch runs")
	require.Len(t, eventsOf(t, namespace, on, "StepStarted"), 1, "the others wait")
	runInside(t, pod, "fetch", "touch /shared/go")
	waitForJob(t, namespace, batchv1.JobFailed)
	awaitEvent(t, namespace, on, "StepStarted", "Normal: build started at ")
	awaitEvent(t, namespace, on, "StepSkipped", "Normal: publish was skipped because build failed")
	require.Len(t, eventsOf(t, namespace, on, "StepStarted"), 2)
}

// A step needs more memory than it may have. Result and Event say that, and not only that it failed.
func TestStepThatRunsOutOfMemoryIsNamed(t *testing.T) {
	t.Parallel()
	namespace := makeNamespace(t)
	greedy := shell("greedy", "dd if=/dev/zero of=/dev/null bs=300M count=1")
	greedy.Resources.Limits = corev1.ResourceList{corev1.ResourceMemory: resource.MustParse("50Mi")}
	createJob(t, namespace, runOnce(makeJob("greedy, next", greedy, shell("next", "echo next"))))
	waitForJob(t, namespace, batchv1.JobFailed)

	pod, result := resultOf(t, getPod(t, namespace))

	require.Equal(t, "OOMKilled", result.Steps[0].Reason)
	require.EqualValues(t, 137, *result.Steps[0].ExitCode)
	require.Equal(t, voice.StatusSkipped, result.Steps[1].Status)
	require.Contains(t, result.Message, "OOMKilled")
	waitFor(t, "an Event that names it", func() (bool, string) {
		said := append(eventsOf(t, namespace, "Pod/"+pod.Name, "StepFailed"), eventsOf(t, namespace, "Pod/"+pod.Name, "StepKilled")...)
		return len(said) == 1, asYAML(said)
	})
	said := append(eventsOf(t, namespace, "Pod/"+pod.Name, "StepFailed"), eventsOf(t, namespace, "Pod/"+pod.Name, "StepKilled")...)
	require.Regexp(t, `^Warning: greedy .*OOMKilled`, said[0])
	require.Contains(t, tellStory(t, namespace, "pod/"+pod.Name), "OOMKilled")
}

// The plugin says what a Pod waits for, and why one was cancelled.
func TestPluginTellsOfAPodThatWaitsAndOfOneThatWasCancelled(t *testing.T) {
	t.Parallel()
	namespace := makeNamespace(t)
	startService(t, namespace, "db")
	pod := awaitMissing(t, createPod(t, namespace, makeWaiting("- service: db")), "service db: 0 of 1 endpoints ready")

	story := tellStory(t, namespace, "waiting")
	require.Contains(t, story, "Pod "+namespace+"/waiting: Pending for ")
	require.Regexp(t, `orderly-wait has waited \S+ of 1h for service db: 0 of 1 endpoints ready`, story)

	mustKubectl(t, "", "annotate", "pod", "-n", namespace, "waiting", contract.AnnotationCancel+"=no longer needed")
	awaitPod(t, pod, "the end of the Pod", isOver)
	story = tellStory(t, namespace, "waiting")
	require.Contains(t, story, "Pod "+namespace+"/waiting: Failed")
	require.Contains(t, story, "cancelled: no longer needed")
}

// tellStory is what the plugin says about a Pod or a Job.
func tellStory(t *testing.T, namespace, what string) string {
	t.Helper()
	plugin, err := filepath.Abs("../../bin/kubectl-orderly")
	require.NoError(t, err)
	cmd := exec.Command(plugin, "status", what, "-n", namespace)
	cmd.Env = append(os.Environ(), "COLUMNS=100")
	said, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", said)
	return string(said)
}
