package mutate_test

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

// settings gives a Pod annotations that shape it besides its order, and what they are about: requests, probes, hooks, a HOME.
func (g generator) settings(pod *corev1.Pod) {
	for _, setting := range []struct{ name, text string }{
		{contract.AnnotationHome, "true"},
		{contract.AnnotationWorkspace, pick(g, "/workspace", "/src/x")},
		{contract.AnnotationLogPrefix, "true"},
		{contract.AnnotationSidecarStop, pick(g, "auto", "native", "signal", "nop")},
		{contract.AnnotationSidecarGrace, pick(g, "90s", "0.1s")},
		{contract.AnnotationRequests, pick(g, "max", "max", "sum")},
		{contract.AnnotationResults, pick(g, "{step-0: [a, b-c]}", "step-0:\n- d")},
	} {
		if g.chance(25) {
			pod.Annotations[setting.name] = setting.text
		}
	}
	if g.chance(50) {
		g.resources(pod)
	}
	for i := range pod.Spec.Containers {
		g.behaviour(&pod.Spec.Containers[i])
	}
}

// behaviour gives a container what may be on every container, and what only a sidecar may have.
func (g generator) behaviour(c *corev1.Container) {
	if g.chance(20) {
		c.Env = []corev1.EnvVar{{Name: "CACHE", Value: "$(HOME)/cache"}, {Name: pick(g, "HOME", "OTHER"), Value: pick(g, "/root", contract.HomeDir)}}
	}
	if g.chance(20) {
		c.TerminationMessagePolicy = corev1.TerminationMessageFallbackToLogsOnError
	}
	for _, probe := range []**corev1.Probe{&c.LivenessProbe, &c.StartupProbe} {
		if g.chance(20) {
			*probe = &corev1.Probe{ProbeHandler: corev1.ProbeHandler{Exec: &corev1.ExecAction{Command: []string{"check", "-v"}}}}
		}
	}
	if strings.HasPrefix(c.Name, "step") {
		return
	}
	if g.chance(20) {
		c.Lifecycle = &corev1.Lifecycle{PreStop: &corev1.LifecycleHandler{Exec: &corev1.ExecAction{Command: []string{"drain"}}}}
	}
}

// resources gives each container requests and limits at random.
func (g generator) resources(pod *corev1.Pod) {
	for _, c := range allContainers(pod) {
		for _, resource := range []struct {
			name corev1.ResourceName
			unit string
		}{{corev1.ResourceCPU, "m"}, {corev1.ResourceMemory, "Mi"}, {"example.com/device", ""}} {
			request := 1 + g.IntN(200)
			if g.chance(70) {
				c.Resources.Requests = with(c.Resources.Requests, resource.name, fmt.Sprintf("%d%s", request, resource.unit))
			}
			if g.chance(50) {
				c.Resources.Limits = with(c.Resources.Limits, resource.name, fmt.Sprintf("%d%s", request+g.IntN(100), resource.unit))
			}
		}
	}
}
