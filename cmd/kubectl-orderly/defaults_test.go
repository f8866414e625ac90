package main

import (
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
)

// The defaults that the API server applies before it asks webhooks (pkg/apis/core/v1 and pkg/apis/batch/v1, defaults.go), as far as
// the objects of the golden cases have the fields. Those of resources are in inject_fill.go.

func defaultPod(spec *corev1.PodSpec) {
	fill(&spec.RestartPolicy, corev1.RestartPolicyAlways)
	fill(&spec.DNSPolicy, corev1.DNSClusterFirst)
	fill(&spec.SchedulerName, corev1.DefaultSchedulerName)
	fill(&spec.TerminationGracePeriodSeconds, new(int64(corev1.DefaultTerminationGracePeriodSeconds)))
	fill(&spec.SecurityContext, &corev1.PodSecurityContext{})
	for c := range containersOf(spec) {
		fill(&c.TerminationMessagePath, corev1.TerminationMessagePathDefault)
		fill(&c.TerminationMessagePolicy, corev1.TerminationMessageReadFile)
		fill(&c.ImagePullPolicy, corev1.PullIfNotPresent)
		for i := range c.Ports {
			fill(&c.Ports[i].Protocol, corev1.ProtocolTCP)
		}
		for _, probe := range []*corev1.Probe{c.LivenessProbe, c.ReadinessProbe, c.StartupProbe} {
			if probe == nil {
				continue
			}
			fill(&probe.TimeoutSeconds, 1)
			fill(&probe.PeriodSeconds, 10)
			fill(&probe.SuccessThreshold, 1)
			fill(&probe.FailureThreshold, 3)
		}
	}
}

func defaultJob(spec *batchv1.JobSpec) {
	if spec.Completions == nil && spec.Parallelism == nil {
		spec.Completions = new(int32(1))
	}
	fill(&spec.Parallelism, new(int32(1)))
	if spec.BackoffLimitPerIndex == nil {
		fill(&spec.BackoffLimit, new(int32(6)))
	}
	fill(&spec.CompletionMode, new(batchv1.NonIndexedCompletion))
	fill(&spec.Suspend, new(false))
	fill(&spec.PodReplacementPolicy, new(batchv1.TerminatingOrFailed))
	defaultPod(&spec.Template.Spec)
}

// fill sets what is not set.
func fill[T comparable](field *T, value T) {
	if *field == *new(T) {
		*field = value
	}
}
