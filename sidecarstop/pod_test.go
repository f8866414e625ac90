package sidecarstop_test

import (
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/mutate/contract"
)

const nopImage = "registry.example/tools:1"

// When the Pod was made, started on its node, and is decided about.
var (
	created = time.Date(2026, 3, 4, 5, 0, 0, 0, time.UTC)
	started = created.Add(10 * time.Second)
	now     = started.Add(time.Second)
)

// makePod makes a managed, running Pod with restartPolicy Never, to which the changes are made in their order.
func makePod(changes ...func(*corev1.Pod)) *corev1.Pod {
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: "default", Name: "job-x1", UID: "uid-1",
			Labels:            map[string]string{contract.LabelManaged: contract.ManagedYes, "app": "x"},
			CreationTimestamp: metav1.NewTime(created),
		},
		Spec:   corev1.PodSpec{RestartPolicy: corev1.RestartPolicyNever, NodeName: "n1"},
		Status: corev1.PodStatus{Phase: corev1.PodRunning, StartTime: new(metav1.NewTime(started))},
	}
	for _, change := range changes {
		change(pod)
	}
	return pod
}

// Statuses of a container. A nil status is one that the kubelet has not reported yet.
var (
	unknown *corev1.ContainerStatus
	waiting = &corev1.ContainerStatus{State: corev1.ContainerState{
		Waiting: &corev1.ContainerStateWaiting{Reason: "ContainerCreating"},
	}}
	running = &corev1.ContainerStatus{State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{}}}
	readied = &corev1.ContainerStatus{Ready: true, State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{}}}
)

func ended(code int32) *corev1.ContainerStatus {
	return &corev1.ContainerStatus{State: corev1.ContainerState{
		Terminated: &corev1.ContainerStateTerminated{ExitCode: code},
	}}
}

func aStep(name string, status *corev1.ContainerStatus) func(*corev1.Pod) {
	return addContainer(name, status, contract.Options{
		Step: name, PostFile: contract.MarkerFile(name), ReadyFiles: []string{contract.ReadyFile}, Entrypoint: "make",
	})
}

func aWrapped(name string, status *corev1.ContainerStatus) func(*corev1.Pod) {
	return addContainer(name, status, contract.Options{
		Step: name, StopFiles: []string{contract.MarkerFile("a")}, Entrypoint: "envoy",
	})
}

// aHooked is wrapped, and has a preStop hook that the kubelet is to run.
func aHooked(name string, status *corev1.ContainerStatus) func(*corev1.Pod) {
	return addContainer(name, status, contract.Options{
		StopFiles: []string{contract.MarkerFile("a")}, StopBy: contract.StopByKubelet, Entrypoint: "envoy",
	})
}

func addContainer(name string, status *corev1.ContainerStatus, wrapper contract.Options) func(*corev1.Pod) {
	return func(pod *corev1.Pod) {
		pod.Spec.Containers = append(pod.Spec.Containers, corev1.Container{
			Name: name, Image: "registry.example/" + name,
			Command: append([]string{contract.WrapperPath}, wrapper.Words()...), Args: []string{"-x"},
		})
		pod.Status.ContainerStatuses = report(pod.Status.ContainerStatuses, name, status)
	}
}

func aSidecar(name string, status *corev1.ContainerStatus) func(*corev1.Pod) {
	return func(pod *corev1.Pod) {
		pod.Spec.Containers = append(pod.Spec.Containers, corev1.Container{Name: name, Image: "registry.example/" + name})
		pod.Status.ContainerStatuses = report(pod.Status.ContainerStatuses, name, status)
	}
}

func aNative(name string, status *corev1.ContainerStatus) func(*corev1.Pod) {
	return func(pod *corev1.Pod) {
		always := corev1.ContainerRestartPolicyAlways
		pod.Spec.InitContainers = append(pod.Spec.InitContainers, corev1.Container{Name: name, RestartPolicy: &always})
		pod.Status.InitContainerStatuses = report(pod.Status.InitContainerStatuses, name, status)
	}
}

func anInit(name string, status *corev1.ContainerStatus) func(*corev1.Pod) {
	return func(pod *corev1.Pod) {
		pod.Spec.InitContainers = append(pod.Spec.InitContainers, corev1.Container{Name: name})
		pod.Status.InitContainerStatuses = report(pod.Status.InitContainerStatuses, name, status)
	}
}

// aGated waits for its own gate, and is no step.
func aGated(name string, status *corev1.ContainerStatus) func(*corev1.Pod) {
	return addContainer(name, status, contract.Options{ReadyFiles: []string{contract.GateFile(name)}, Entrypoint: "nova"})
}

// aGatedNative is a native sidecar that waits for its own gate.
func aGatedNative(name string, status *corev1.ContainerStatus) func(*corev1.Pod) {
	return func(pod *corev1.Pod) {
		aNative(name, status)(pod)
		c := &pod.Spec.InitContainers[len(pod.Spec.InitContainers)-1]
		c.Command = append([]string{contract.WrapperPath}, contract.Options{ReadyFiles: []string{contract.GateFile(name)}, Entrypoint: "envoy"}.Words()...)
	}
}

// aWaiter is the init container that waits for a Pod without steps.
func aWaiter(status *corev1.ContainerStatus) func(*corev1.Pod) {
	return func(pod *corev1.Pod) {
		anInit(contract.WaitContainer, status)(pod)
		c := &pod.Spec.InitContainers[len(pod.Spec.InitContainers)-1]
		c.Command = append([]string{contract.ToolsWrapper}, contract.Options{
			ReadyFiles: []string{contract.GateFile(contract.WaitContainer)}, WaitTimeout: time.Hour, Entrypoint: contract.ToolsNop,
		}.Words()...)
	}
}

// order is what aCloner is told.
const order = `{"repositories":[{"url":"https://git.example.com/team/app.git","ref":"branch:main","path":"app"}],"workspace":"/workspace","envPrefix":"ORDERLY_"}`

func aCloner(status *corev1.ContainerStatus) func(*corev1.Pod) {
	return func(pod *corev1.Pod) {
		anInit(contract.CloneContainer, status)(pod)
		c := &pod.Spec.InitContainers[len(pod.Spec.InitContainers)-1]
		c.Command, c.Args = []string{contract.ToolsCloner}, []string{order}
	}
}

// waitsAtMost gives the wrapper of the last container a time.
func waitsAtMost(timeout time.Duration) func(*corev1.Pod) {
	return func(pod *corev1.Pod) {
		c := &pod.Spec.Containers[len(pod.Spec.Containers)-1]
		c.Command = slices.Insert(c.Command, 1, "-wait_timeout", timeout.String())
	}
}

// isHeld keeps the Pod in the queue.
func isHeld(pod *corev1.Pod) {
	pod.Spec.SchedulingGates = []corev1.PodSchedulingGate{{Name: contract.SchedulingGate}}
	unscheduled(pod)
}

// unscheduled is a Pod that no node has.
func unscheduled(pod *corev1.Pod) {
	pod.Spec.NodeName, pod.Status.StartTime, pod.Status.Phase = "", nil, corev1.PodPending
}

// isReleased is a Pod that was held and was told that it need not wait.
func isReleased(pod *corev1.Pod) {
	annotated(contract.GateAnnotation(contract.WaitContainer), contract.ReadyValue)(pod)
}

// report puts the newest status first, so that nothing can rely on the order of statuses.
func report(all []corev1.ContainerStatus, name string, status *corev1.ContainerStatus) []corev1.ContainerStatus {
	if status == nil {
		return all
	}
	named := status.DeepCopy()
	named.Name = name
	return append([]corev1.ContainerStatus{*named}, all...)
}

func onFailure(pod *corev1.Pod) { pod.Spec.RestartPolicy = corev1.RestartPolicyOnFailure }

func always(pod *corev1.Pod) { pod.Spec.RestartPolicy = corev1.RestartPolicyAlways }

func unmanaged(pod *corev1.Pod) { delete(pod.Labels, contract.LabelManaged) }

func deleted(pod *corev1.Pod) {
	now := metav1.NewTime(time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC))
	pod.DeletionTimestamp = &now
}

func isReady(pod *corev1.Pod) { annotated(contract.AnnotationReady, contract.ReadyValue)(pod) }

func annotated(key, value string) func(*corev1.Pod) {
	return func(pod *corev1.Pod) { metav1.SetMetaDataAnnotation(&pod.ObjectMeta, key, value) }
}

func inPhase(phase corev1.PodPhase) func(*corev1.Pod) {
	return func(pod *corev1.Pod) { pod.Status.Phase = phase }
}

func swapped(name string) func(*corev1.Pod) {
	return func(pod *corev1.Pod) {
		for i := range pod.Spec.Containers {
			if pod.Spec.Containers[i].Name == name {
				pod.Spec.Containers[i].Image = nopImage
			}
		}
	}
}

// behindATool puts another program in front of the last container's wrapper.
func behindATool(pod *corev1.Pod) {
	c := &pod.Spec.Containers[len(pod.Spec.Containers)-1]
	c.Command, c.Args = []string{"/vault/vault-env"}, append(c.Command, c.Args...)
}

// flagsOfAnotherVersion gives the last container's wrapper a flag that this version does not know.
func flagsOfAnotherVersion(pod *corev1.Pod) {
	c := &pod.Spec.Containers[len(pod.Spec.Containers)-1]
	c.Command = append([]string{contract.WrapperPath, "-from_the_future"}, c.Command[min(1, len(c.Command)):]...)
}
