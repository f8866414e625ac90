package main

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"

	"orderly.dev/mutate"
	"orderly.dev/mutate/contract"
	"orderly.dev/test/bench/pods"
)

const toolsImage = "registry.example/orderly/tools:v1"

// steps are those of each Pod, one after the other. Beside them it has a sidecar with a readinessProbe: without one there would be nothing to wait for.
var steps = []string{"step-0", "step-1", "step-2"}

// perJob is how many Pods belong to one Job.
const perJob = 2

// template is a Pod as admission leaves it, all but its name.
type template struct{ pod *corev1.Pod }

// makeTemplate makes one that waits for the Service, if that is not empty.
func makeTemplate(service string) (template, error) {
	pod := pods.Sent(len(steps) + 2)
	pod.ManagedFields = nil // the API server makes them
	pod.Spec.Containers = slices.DeleteFunc(pod.Spec.Containers, func(c corev1.Container) bool { return c.Name == "step-3" })
	sidecar := &pod.Spec.Containers[len(steps)]
	sidecar.ReadinessProbe = &corev1.Probe{ProbeHandler: corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{Path: "/ready", Port: intstr.FromInt32(8080)}}}
	pod.Annotations = map[string]string{contract.AnnotationSteps: "step-0, step-1, step-2"}
	if service != "" {
		pod.Annotations[contract.AnnotationWaitFor] = "- service: " + service
	}
	config := mutate.Config{ToolsImage: toolsImage, Version: "v1", Delivery: mutate.ImageVolume}
	result, problems := mutate.Pod(pod, config, mutate.Facts{})
	if len(problems) > 0 {
		return template{}, fmt.Errorf("admitting a Pod: %w", problems.ToAggregate())
	}
	if result.Object.Annotations[contract.AnnotationReady] == contract.ReadyValue {
		return template{}, fmt.Errorf("the Pod waits for nothing: %s", result.Summary)
	}
	return template{result.Object}, nil
}

// make gives the Pod with a number, on one of some nodes.
func (t template) make(namespace string, number int) *corev1.Pod {
	pod := t.pod.DeepCopy()
	job := fmt.Sprintf("%s-%d", namespace, number/perJob)
	pod.Namespace, pod.Name, pod.GenerateName = namespace, fmt.Sprintf("%s-%05d", job, number), ""
	pod.Labels["batch.kubernetes.io/job-name"] = job
	pod.OwnerReferences = []metav1.OwnerReference{{
		APIVersion: "batch/v1", Kind: "Job", Name: job, UID: types.UID("00000000-0000-0000-0000-" + fmt.Sprintf("%012d", number/perJob)), Controller: new(true),
	}}
	pod.Spec.NodeName = fmt.Sprintf("node-%d", number%100)
	return pod
}
