// Package pods makes the Pods that benchmarks send: a row of steps, one after the other, and one sidecar for every four of them.
package pods

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/mutate/contract"
)

// Written gives a Pod of so many containers as a user writes it.
func Written(containers int) *corev1.Pod {
	var steps []string
	pod := &corev1.Pod{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"},
		ObjectMeta: metav1.ObjectMeta{
			GenerateName: "build-1-",
			Labels:       map[string]string{"app.kubernetes.io/name": "build", "batch.kubernetes.io/job-name": "build-1", "team": "a"},
		},
		Spec: corev1.PodSpec{
			RestartPolicy:   corev1.RestartPolicyNever,
			SecurityContext: &corev1.PodSecurityContext{RunAsNonRoot: new(true), RunAsUser: new(int64(1000))},
			Volumes:         []corev1.Volume{{Name: "work", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}}},
		},
	}
	for i := range containers {
		name := fmt.Sprintf("step-%d", i)
		if i%5 == 4 {
			name = fmt.Sprintf("sidecar-%d", i)
		} else {
			steps = append(steps, name)
		}
		pod.Spec.Containers = append(pod.Spec.Containers, makeContainer(name))
	}
	pod.Annotations = map[string]string{contract.AnnotationSteps: strings.Join(steps, ", ")}
	return pod
}

func makeContainer(name string) corev1.Container {
	return corev1.Container{
		Name:    name,
		Image:   "registry.example/team/" + name + "@sha256:3f0f3a1a3d9e7d0c7d8e9a5d3c1b2a4f5e6d7c8b9a0f1e2d3c4b5a6978877665",
		Command: []string{"/bin/sh", "-c"},
		Args:    []string{"set -eu\ncd /workspace/source\nmake " + name + " VERSION=\"$(VERSION)\" 2>&1 | tee /workspace/" + name + ".log\n"},
		Env: []corev1.EnvVar{
			{Name: "VERSION", Value: "1.2.3"}, {Name: "HOME", Value: "/workspace"},
			{Name: "NODE", ValueFrom: &corev1.EnvVarSource{FieldRef: &corev1.ObjectFieldSelector{APIVersion: "v1", FieldPath: "spec.nodeName"}}},
		},
		Resources: corev1.ResourceRequirements{
			Limits:   corev1.ResourceList{corev1.ResourceMemory: resource.MustParse("1Gi")},
			Requests: corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("500m"), corev1.ResourceMemory: resource.MustParse("512Mi")},
		},
		VolumeMounts: []corev1.VolumeMount{
			{Name: "work", MountPath: "/workspace"},
		},
		SecurityContext: &corev1.SecurityContext{
			AllowPrivilegeEscalation: new(false),
			Capabilities:             &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
		},
	}
}
