package voice_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop/podview"
	"orderly.dev/sidecarstop/voice"
)

// began is when the Pods of these tests start, and now a minute later.
var (
	began = time.Date(2026, 3, 4, 5, 0, 0, 0, time.UTC)
	now   = began.Add(time.Minute)
)

func at(seconds float64) time.Time {
	return began.Add(time.Duration(seconds * float64(time.Second)))
}

func toTheSecond(seconds float64) metav1.Time {
	return metav1.NewTime(at(seconds).Truncate(time.Second))
}

// makePod makes a managed, running Pod with restartPolicy Never and open gates, to which the changes are made in their order.
func makePod(changes ...func(*corev1.Pod)) *corev1.Pod {
	start := metav1.NewTime(began)
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: "demo", Name: "x", UID: "uid-1",
			Labels:      map[string]string{contract.LabelManaged: contract.ManagedYes},
			Annotations: map[string]string{contract.AnnotationReady: contract.ReadyValue},
		},
		Spec:   corev1.PodSpec{RestartPolicy: corev1.RestartPolicyNever},
		Status: corev1.PodStatus{Phase: corev1.PodRunning, StartTime: &start},
	}
	for _, change := range changes {
		change(pod)
	}
	return pod
}

// aStep adds a step that waits for the one before it.
func aStep(name string, status *corev1.ContainerStatus, changes ...func(*contract.Options)) func(*corev1.Pod) {
	return func(pod *corev1.Pod) {
		o := contract.Options{Step: name, PostFile: contract.MarkerFile(name), Entrypoint: "make"}
		if before := len(pod.Spec.Containers); before > 0 {
			o.WaitFiles = []string{contract.MarkerFile(pod.Spec.Containers[before-1].Name)}
		} else {
			o.ReadyFiles = []string{contract.ReadyFile}
		}
		for _, change := range changes {
			change(&o)
		}
		pod.Spec.Containers = append(pod.Spec.Containers, corev1.Container{
			Name: name, Command: append([]string{contract.WrapperPath}, o.Words()...),
		})
		addStatus(&pod.Status.ContainerStatuses, name, status)
	}
}

func aSidecar(name string, status *corev1.ContainerStatus) func(*corev1.Pod) {
	return func(pod *corev1.Pod) {
		pod.Spec.Containers = append(pod.Spec.Containers, corev1.Container{Name: name})
		addStatus(&pod.Status.ContainerStatuses, name, status)
	}
}

// aSetup adds an ordinary init container.
func aSetup(status *corev1.ContainerStatus) func(*corev1.Pod) {
	return func(pod *corev1.Pod) {
		pod.Spec.InitContainers = append(pod.Spec.InitContainers, corev1.Container{Name: "setup"})
		addStatus(&pod.Status.InitContainerStatuses, "setup", status)
	}
}

// aCloner adds the init container that clones a repository into app, and one into the workspace itself.
func aCloner(status *corev1.ContainerStatus) func(*corev1.Pod) {
	const order = `{"repositories":[{"url":"https://git.example.com/team/app.git","ref":"any:main","path":"app"},` +
		`{"url":"git@git.example.com:team/docs.git","path":"."}],"workspace":"/workspace","envPrefix":"ORDERLY_"}`
	return func(pod *corev1.Pod) {
		pod.Spec.InitContainers = append(pod.Spec.InitContainers, corev1.Container{
			Name: contract.CloneContainer, Command: []string{contract.ToolsCloner}, Args: []string{order},
		})
		addStatus(&pod.Status.InitContainerStatuses, contract.CloneContainer, status)
	}
}

// addStatus adds none for nil, which is what the kubelet has not reported yet.
func addStatus(all *[]corev1.ContainerStatus, name string, status *corev1.ContainerStatus) {
	if status != nil {
		named := status.DeepCopy()
		named.Name = name
		*all = append(*all, *named)
	}
}

// ended is a container that ran from the third to the ninth second.
func ended(code int32, reason, message string) *corev1.ContainerStatus {
	return &corev1.ContainerStatus{ContainerID: "containerd://1", State: corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{
		ExitCode: code, Reason: reason, Message: message, StartedAt: toTheSecond(3), FinishedAt: toTheSecond(9),
	}}}
}

// spoke is a container that ended with this report.
func spoke(r contract.Report) *corev1.ContainerStatus {
	reason := "Completed"
	if r.Exit() != 0 {
		reason = "Error"
	}
	return ended(int32(r.Exit()), reason, r.Line())
}

// word makes the report of a step that ran from 4 to 5.2, if it ran at all.
func word(name string, reason contract.Reason, code int, failed ...string) contract.Report {
	m := contract.Marker{Step: name, ExitCode: code, Reason: reason, FinishedAt: at(5.2), Failed: failed}
	ran := []contract.Reason{contract.Completed, contract.Continued, contract.Error, contract.Timeout, contract.UpstreamFailed}
	if slices.Contains(ran, reason) {
		m.Attempts, m.StartedAt = 1, at(4)
	}
	return contract.Report{Marker: m}
}

func completed(name string) *corev1.ContainerStatus { return spoke(word(name, contract.Completed, 0)) }

func running(ready bool) *corev1.ContainerStatus {
	return &corev1.ContainerStatus{Ready: ready, State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: toTheSecond(3)}}}
}

func waiting(reason, message string) *corev1.ContainerStatus {
	return &corev1.ContainerStatus{State: corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: reason, Message: message}}}
}

func inPhase(phase corev1.PodPhase, reason, message string) func(*corev1.Pod) {
	return func(pod *corev1.Pod) {
		pod.Status.Phase, pod.Status.Reason, pod.Status.Message = phase, reason, message
	}
}

func annotated(key, value string) func(*corev1.Pod) {
	return func(pod *corev1.Pod) { pod.Annotations[key] = value }
}

func withCondition(kind string, since time.Time) func(*corev1.Pod) {
	return func(pod *corev1.Pod) {
		pod.Status.Conditions = append(pod.Status.Conditions, corev1.PodCondition{
			Type: corev1.PodConditionType(kind), Status: corev1.ConditionTrue, LastTransitionTime: metav1.NewTime(since),
		})
	}
}

func always(pod *corev1.Pod) { pod.Spec.RestartPolicy = corev1.RestartPolicyAlways }

func onFailure(pod *corev1.Pod) { pod.Spec.RestartPolicy = corev1.RestartPolicyOnFailure }

func tell(pod *corev1.Pod) voice.Saying { return voice.Tell(podview.Of(pod), now) }

// messagesOn are the reasons and messages of the Events about that subject.
func messagesOn(said voice.Saying, subject voice.Subject) []string {
	var messages []string
	for _, e := range said.Events {
		if e.On == subject {
			messages = append(messages, string(e.Reason)+": "+e.Message)
		}
	}
	return messages
}

// finished gives the reason and the message of the condition.
func finished(t *testing.T, pod *corev1.Pod) (reason, message string) {
	t.Helper()
	said := tell(pod)
	require.Len(t, said.Conditions, 1)
	require.Equal(t, contract.ConditionFinished, string(said.Conditions[0].Type))
	require.Equal(t, corev1.ConditionTrue, said.Conditions[0].Status)
	return said.Conditions[0].Reason, said.Conditions[0].Message
}
