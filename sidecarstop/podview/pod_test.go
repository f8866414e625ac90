package podview_test

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/mutate/contract"
)

// makePod gives a managed Pod with restartPolicy Never, to which the changes are made in their order.
func makePod(changes ...func(*corev1.Pod)) *corev1.Pod {
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: "default", Name: "job-x1", UID: "uid-1", Labels: map[string]string{contract.LabelManaged: contract.ManagedYes},
		},
		Spec:   corev1.PodSpec{RestartPolicy: corev1.RestartPolicyNever},
		Status: corev1.PodStatus{Phase: corev1.PodRunning},
	}
	for _, change := range changes {
		change(pod)
	}
	return pod
}

// regular adds a container with a command and its args.
func regular(name string, command []string, args ...string) func(*corev1.Pod) {
	return func(pod *corev1.Pod) {
		pod.Spec.Containers = append(pod.Spec.Containers, corev1.Container{Name: name, Image: "registry.example/" + name, Command: command, Args: args})
	}
}

// initial adds an init container.
func initial(name string, command ...string) func(*corev1.Pod) {
	return func(pod *corev1.Pod) {
		pod.Spec.InitContainers = append(pod.Spec.InitContainers, corev1.Container{Name: name, Command: command})
	}
}

// native adds a sidecar that the kubelet runs.
func native(name string, command ...string) func(*corev1.Pod) {
	return func(pod *corev1.Pod) {
		initial(name, command...)(pod)
		pod.Spec.InitContainers[len(pod.Spec.InitContainers)-1].RestartPolicy = new(corev1.ContainerRestartPolicyAlways)
	}
}

// wrapper is our wrapper with these flags.
func wrapper(o contract.Options) []string {
	return append([]string{contract.WrapperPath}, o.Words()...)
}

// waiter is the wrapper in its own image, in front of nop.
func waiter(o contract.Options) []string {
	o.Entrypoint = contract.ToolsNop
	return append([]string{contract.ToolsWrapper}, o.Words()...)
}

// cloner is the command of one that is to clone a repository.
var cloner = []string{contract.ToolsCloner,
	`{"repositories":[{"url":"https://git.example.com/team/app.git","path":"app"}],"workspace":"/workspace","envPrefix":"ORDERLY_"}`}

func asStep(name string) contract.Options {
	return contract.Options{Step: name, PostFile: contract.MarkerFile(name), ReadyFiles: []string{contract.ReadyFile}, Entrypoint: "make"}
}

func held(pod *corev1.Pod) {
	pod.Spec.SchedulingGates = append(pod.Spec.SchedulingGates, corev1.PodSchedulingGate{Name: "example.com/other"},
		corev1.PodSchedulingGate{Name: contract.SchedulingGate})
}

func withPolicy(policy corev1.RestartPolicy) func(*corev1.Pod) {
	return func(pod *corev1.Pod) { pod.Spec.RestartPolicy = policy }
}

func annotated(key, value string) func(*corev1.Pod) {
	return func(pod *corev1.Pod) { metav1.SetMetaDataAnnotation(&pod.ObjectMeta, key, value) }
}
