package mutate_test

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/mutate"
	"orderly.dev/mutate/contract"
)

func makeConfig() mutate.Config {
	return mutate.Config{
		ToolsImage: "registry.example/orderly-tools:v1", CloneImage: "registry.example/orderly-gitclone:v1", Version: "v1",
	}
}

// makePod gives a Pod whose containers all have a command, and that asks for these steps.
func makePod(steps string, containers ...string) *corev1.Pod {
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: "pod", Annotations: map[string]string{contract.AnnotationSteps: steps}},
		Spec:       corev1.PodSpec{RestartPolicy: corev1.RestartPolicyNever},
	}
	for _, name := range containers {
		pod.Spec.Containers = append(pod.Spec.Containers, makeContainer(name))
	}
	return pod
}

func makeContainer(name string) corev1.Container {
	return corev1.Container{Name: name, Image: "registry.example/" + name, Command: []string{"sh", "-c"}, Args: []string{"echo $(HOME)"}}
}

// withOwner lists containers as those of the owner's template.
func withOwner(pod *corev1.Pod, containers ...string) *corev1.Pod {
	pod.Annotations[contract.AnnotationResolvedSteps] = fmt.Sprintf(`{"containers":["%s"],"steps":[]}`, strings.Join(containers, `","`))
	return pod
}
