package hostile

import (
	"maps"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/mutate/contract"
)

// Pod is a Pod of three containers in that namespace, as a user writes it, in which nothing is wrong but the case. It has steps, so that every other
// annotation has something to be about.
func (c Case) Pod(namespace string) *corev1.Pod {
	pod := &corev1.Pod{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"},
		ObjectMeta: metav1.ObjectMeta{Name: "hostile", Namespace: namespace, Annotations: map[string]string{contract.AnnotationSteps: "fetch, build"}},
		Spec: corev1.PodSpec{
			RestartPolicy: corev1.RestartPolicyNever,
			Containers:    []corev1.Container{makeContainer("fetch"), makeContainer("proxy"), makeContainer("build")},
		},
	}
	maps.Copy(pod.Annotations, company[c.Key])
	build := &pod.Spec.Containers[2]
	switch c.Key {
	case contract.LabelInject:
		pod.Labels = map[string]string{c.Key: c.Value}
		return pod
	case contract.AnnotationCommands:
		// Only a container without a command may be given one. Nobody listens where its image is said to be.
		build.Command, build.Image = nil, "127.0.0.1:1/build:v1"
	case contract.AnnotationCompat:
		build.Command, build.Args = []string{"kubernetes-entrypoint"}, nil
		build.Env = []corev1.EnvVar{{Name: "NAMESPACE", Value: "team"}, {Name: "DEPENDENCY_SERVICE", Value: "mariadb"}, {Name: "COMMAND", Value: "make"}}
	}
	pod.Annotations[c.Key] = c.Value
	return pod
}

// company are annotations without which another one has nothing to be about.
var company = map[string]map[string]string{
	contract.AnnotationSSHHostKeys: {contract.AnnotationClone: "- url: https://git.example.com/team/app.git"},
	contract.AnnotationEnvPrefix:   {contract.AnnotationClone: "- url: https://git.example.com/team/app.git"},
	contract.AnnotationCompat:      {contract.AnnotationClone: "- url: https://git.example.com/team/app.git"},
	contract.AnnotationHold:        {contract.AnnotationWaitFor: "- service: mariadb"},
}

func makeContainer(name string) corev1.Container {
	return corev1.Container{Name: name, Image: "registry.example/" + name + ":v1", Command: []string{"sh", "-c"}, Args: []string{"echo " + name}}
}
