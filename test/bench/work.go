package main

import (
	"fmt"
	"strings"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/mutate/contract"
)

// work is one kind of Job whose run is measured.
type work struct {
	name  string
	steps string // empty: a bare Job, without Orderly
	// containers are scripts by name, in order.
	containers []script
	// sidecar is a container that is not a step, or nil. In a bare Job it is written as a native one.
	sidecar *corev1.Container
}

// sayEnd has a container log when it ended, in seconds since the machine booted.
const sayEnd = "cut -d' ' -f1 /proc/uptime"

type script struct{ name, text string }

func works() []work {
	var ten []script
	var names []string
	for i := range 10 {
		name := fmt.Sprintf("s%d", i)
		ten, names = append(ten, script{name, "sleep 0.3"}), append(names, name)
	}
	return []work{
		{name: "bare", containers: []script{{"only", "true"}}},
		{name: "one step", steps: "only", containers: []script{{"only", "true"}}},
		{name: "bare with sidecar", containers: []script{{"only", sayEnd}}, sidecar: obedientSidecar()},
		{name: "with sidecar", steps: "only", containers: []script{{"only", sayEnd}}, sidecar: obedientSidecar()},
		{name: "bare 3 s", containers: []script{{"only", "sleep 3"}}},
		{name: "ten steps", steps: strings.Join(names, ", "), containers: ten},
	}
}

// obedientSidecar becomes ready after a moment and ends at once on SIGTERM.
func obedientSidecar() *corev1.Container {
	return &corev1.Container{
		Name:    "sidecar",
		Command: []string{"sh", "-c", "trap 'exit 0' TERM; touch /tmp/up; sleep 1000000 & wait"},
		ReadinessProbe: &corev1.Probe{
			ProbeHandler:  corev1.ProbeHandler{Exec: &corev1.ExecAction{Command: []string{"test", "-e", "/tmp/up"}}},
			PeriodSeconds: 1,
		},
	}
}

func (w work) job(image string) *batchv1.Job {
	job := &batchv1.Job{ObjectMeta: metav1.ObjectMeta{GenerateName: "bench-"}}
	template := &job.Spec.Template
	template.Spec.RestartPolicy = corev1.RestartPolicyNever
	if w.steps != "" {
		template.Annotations = map[string]string{contract.AnnotationSteps: w.steps}
	}
	for _, s := range w.containers {
		template.Spec.Containers = append(template.Spec.Containers, corev1.Container{Name: s.name, Image: image, Command: []string{"sh", "-c", s.text}})
	}
	if w.sidecar != nil {
		c := w.sidecar.DeepCopy()
		c.Image = image
		if w.steps == "" {
			c.RestartPolicy = new(corev1.ContainerRestartPolicyAlways)
			template.Spec.InitContainers = append(template.Spec.InitContainers, *c)
		} else {
			template.Spec.Containers = append(template.Spec.Containers, *c)
		}
	}
	return job
}
