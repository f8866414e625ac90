package gate_test

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/mutate/contract"
)

func TestAContainerIsMetWhenItIsReady(t *testing.T) {
	const entry = "container: envoy, for: [build]"
	waitingFor := func(reason string) corev1.ContainerStatus {
		return corev1.ContainerStatus{State: corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: reason}}}
	}
	tell(t, []story{
		{"the Pod has no such container", entry, waitingPod(regular("web", readied)), nil, failed("this Pod has no such container")},
		{"the kubelet said nothing about it", entry, waitingPod(regular("envoy", unknown)), nil, notYet("not started yet")},
		{"its image does not come", entry, waitingPod(regular("envoy", waitingFor("ImagePullBackOff"))), nil, notYet("not running (ImagePullBackOff)")},
		{"it waits for a reason that is no word", entry, waitingPod(regular("envoy", waitingFor("a b"))), nil, notYet("not running")},
		{"its probes did not pass", entry, waitingPod(regular("envoy", running)), nil, notYet("not ready")},
		{"its probes passed, or it has none and runs", entry, waitingPod(regular("envoy", readied)), nil, met},
		{"a native sidecar is ready", entry, waitingPod(native("envoy", readied)), nil, met},
		{"a native sidecar is not", entry, waitingPod(native("envoy", running)), nil, notYet("not ready")},
		{"it ended with 0", entry, waitingPod(regular("envoy", ended(0))), nil, met},
		{"another one is ready", entry, waitingPod(regular("envoy", running), regular("web", readied)), nil, notYet("not ready")},

		{"it failed, and the Pod restarts nothing", entry, waitingPod(regular("envoy", ended(3))), nil, failed("ended with 3, and is not started again")},
		{"it failed, and the Pod restarts what failed", entry, waitingPod(onFailure, regular("envoy", ended(3))), nil, notYet("ended with 3, and is started again")},
		{"it is native, failed, and the Pod restarts nothing else", entry, waitingPod(native("envoy", ended(3))), nil, notYet("ended with 3, and is started again")},
		{"it failed, and has rules of its own", entry, waitingPod(regular("envoy", ended(3)), withRules), nil, notYet("ended with 3, and is started again")},
	})
}

func TestAContainerWhoseWrapperWaitsIsNotReady(t *testing.T) {
	const entry = "container: envoy, for: [build]"
	ofPod := wrappedWith(contract.Options{ReadyFiles: []string{contract.ReadyFile}, Entrypoint: "envoy"})
	ofItself := wrappedWith(contract.Options{ReadyFiles: []string{contract.GateFile("envoy")}, Entrypoint: "envoy"})
	unheardOf := wrappedWith(contract.Options{ReadyFiles: []string{"/builder/ready/from-the-future"}, Entrypoint: "envoy"})
	afterSteps := wrappedWith(contract.Options{WaitFiles: []string{contract.MarkerFile("fetch")}, Entrypoint: "envoy"})
	free := wrappedWith(contract.Options{StopFiles: []string{contract.MarkerFile("fetch")}, Entrypoint: "envoy"})
	closed := notYet("waits for its own gate")
	tell(t, []story{
		{"the Pod's gate is closed", entry, waitingPod(regular("envoy", readied), ofPod), nil, closed},
		{"the Pod's gate has another word", entry, waitingPod(regular("envoy", readied), ofPod, annotated("orderly.dev/ready", "true")), nil, closed},
		{"the Pod's gate is open", entry, waitingPod(regular("envoy", readied), ofPod, annotated("orderly.dev/ready", "READY")), nil, met},
		{"its own gate is closed and the Pod's is open", entry,
			waitingPod(regular("envoy", readied), ofItself, annotated("orderly.dev/ready", "READY")), nil, closed},
		{"its own gate is open", entry, waitingPod(regular("envoy", readied), ofItself, annotated(contract.GateAnnotation("envoy"), "READY")), nil, met},
		{"its gate is open and its probe did not pass", entry,
			waitingPod(regular("envoy", running), ofItself, annotated(contract.GateAnnotation("envoy"), "READY")), nil, notYet("not ready")},
		{"it ended with 0 whatever its gate says", entry, waitingPod(regular("envoy", ended(0)), ofItself), nil, met},
		{"it has a gate of which this version knows nothing", entry, waitingPod(regular("envoy", readied), unheardOf), nil, closed},
		{"its wrapper has flags of another version", entry, waitingPod(regular("envoy", readied), strangelyWrapped), nil, notYet("its wrapper has flags of another version")},
		{"it is wrapped and waits for nothing", entry, waitingPod(regular("envoy", readied), free), nil, met},
		{"it comes after a step that runs", entry, waitingPod(regular("envoy", readied), afterSteps, regular("fetch", readied)), nil, notYet("waits for fetch")},
		{"it comes after a step that ended", entry, waitingPod(regular("envoy", readied), afterSteps, regular("fetch", ended(1))), nil, met},
		{"it comes after a step that is started again", entry,
			waitingPod(onFailure, regular("envoy", readied), afterSteps, regular("fetch", ended(1))), nil, notYet("waits for fetch")},
	})
}

// Statuses of a container; unknown is one that the kubelet did not report.
var (
	unknown corev1.ContainerStatus
	running = corev1.ContainerStatus{State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{}}}
	readied = corev1.ContainerStatus{Ready: true, State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{}}}
)

func ended(code int32) corev1.ContainerStatus {
	return corev1.ContainerStatus{State: corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ExitCode: code}}}
}

func regular(name string, status corev1.ContainerStatus) func(*corev1.Pod) {
	return func(pod *corev1.Pod) {
		pod.Spec.Containers = append(pod.Spec.Containers, corev1.Container{Name: name})
		pod.Status.ContainerStatuses = report(pod.Status.ContainerStatuses, name, status)
	}
}

func native(name string, status corev1.ContainerStatus) func(*corev1.Pod) {
	return func(pod *corev1.Pod) {
		pod.Spec.InitContainers = append(pod.Spec.InitContainers, corev1.Container{Name: name, RestartPolicy: new(corev1.ContainerRestartPolicyAlways)})
		pod.Status.InitContainerStatuses = report(pod.Status.InitContainerStatuses, name, status)
	}
}

// report puts the newest status first, so that nothing can rely on the order of statuses.
func report(all []corev1.ContainerStatus, name string, status corev1.ContainerStatus) []corev1.ContainerStatus {
	if status.State == (corev1.ContainerState{}) {
		return all
	}
	status.Name = name
	return append([]corev1.ContainerStatus{status}, all...)
}

func onFailure(pod *corev1.Pod) { pod.Spec.RestartPolicy = corev1.RestartPolicyOnFailure }

// withRules gives the last container rules of its own.
func withRules(pod *corev1.Pod) {
	lastOf(pod).RestartPolicyRules = []corev1.ContainerRestartRule{{Action: corev1.ContainerRestartRuleActionRestart}}
}

// wrappedWith puts the wrapper before the last container's command.
func wrappedWith(options contract.Options) func(*corev1.Pod) {
	return func(pod *corev1.Pod) {
		lastOf(pod).Command, lastOf(pod).Args = append([]string{contract.WrapperPath}, options.Words()...), []string{"-x"}
	}
}

func strangelyWrapped(pod *corev1.Pod) {
	lastOf(pod).Command = []string{contract.WrapperPath, "-from_the_future", "-entrypoint", "envoy", "--"}
}

func lastOf(pod *corev1.Pod) *corev1.Container {
	return &pod.Spec.Containers[len(pod.Spec.Containers)-1]
}

func annotated(key, value string) func(*corev1.Pod) {
	return func(pod *corev1.Pod) { metav1.SetMetaDataAnnotation(&pod.ObjectMeta, key, value) }
}
