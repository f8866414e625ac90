package webhook

import (
	"context"
	"fmt"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate"
)

// Source finds out one kind of fact about the surroundings of a Pod that asks, and adds it to those found before. What is the
// Pod's own fault goes into the facts, where the core makes a problem or a warning of it; an error is the operator's or ours.
type Source func(ctx context.Context, pod *corev1.Pod, facts *mutate.Facts) error

// Pods rewrites Pods with what the sources find out, asked in their order. Updates of Pods are none of Orderly's business.
func Pods(config mutate.Config, sources ...Source) Decider[*corev1.Pod] {
	return owner[*corev1.Pod]{
		config: config, sources: sources,
		pod:    func(pod *corev1.Pod) *corev1.Pod { return pod },
		create: mutate.Pod,
	}.decider()
}

// Jobs judges Jobs with what the sources find out about the Pods that they will make.
func Jobs(config mutate.Config, sources ...Source) Decider[*batchv1.Job] {
	return owner[*batchv1.Job]{
		config: config, sources: sources,
		pod:    mutate.PodOfJob,
		create: mutate.Job, update: mutate.JobUpdate, alike: mutate.JobsAlike,
	}.decider()
}

// CronJobs judges CronJobs with what the sources find out about the Pods that their Jobs will make.
func CronJobs(config mutate.Config, sources ...Source) Decider[*batchv1.CronJob] {
	return owner[*batchv1.CronJob]{
		config: config, sources: sources,
		pod:    mutate.PodOfCronJob,
		create: mutate.CronJob, update: mutate.CronJobUpdate, alike: mutate.CronJobsAlike,
	}.decider()
}

// Workloads judges Deployments and their like. No sources are asked: a Pod is judged again when it is made, and a workload must
// not be refused because something could not be found out.
func Workloads(config mutate.Config) Decider[*mutate.Workload] {
	return owner[*mutate.Workload]{
		config: config,
		pod:    mutate.PodOfWorkload,
		create: mutate.JudgeWorkload, update: mutate.JudgeWorkloadUpdate, alike: mutate.WorkloadsAlike,
	}.decider()
}

// owner is a kind of object that makes Pods, or a Pod itself, with what the core decides about it.
type owner[T comparable] struct {
	config  mutate.Config
	sources []Source
	// pod gives the Pod that the sources are asked about.
	pod    func(T) *corev1.Pod
	create func(T, mutate.Config, mutate.Facts) (mutate.Result[T], field.ErrorList)
	// update and alike are nil where updates are not handled. Of two versions that are alike the new one is never denied, so
	// the sources are not asked: nothing can go wrong then.
	update func(object, old T, config mutate.Config, facts mutate.Facts) (mutate.Result[T], field.ErrorList)
	alike  func(object, old T) bool
}

func (o owner[T]) decider() Decider[T] {
	d := Decider[T]{Create: func(ctx context.Context, object T) (mutate.Result[T], field.ErrorList) {
		facts, err := gather(ctx, o.pod(object), o.sources)
		if err != nil {
			return mutate.Result[T]{}, field.ErrorList{field.InternalError(nil, err)}
		}
		return o.create(object, o.config, facts)
	}}
	if o.update == nil {
		return d
	}
	d.Update = func(ctx context.Context, object, old T) (mutate.Result[T], field.ErrorList) {
		if o.alike(object, old) {
			return o.update(object, old, o.config, mutate.Facts{})
		}
		facts, err := gather(ctx, o.pod(object), o.sources)
		if err != nil {
			return mutate.Result[T]{}, field.ErrorList{field.InternalError(nil, err)}
		}
		return o.update(object, old, o.config, facts)
	}
	return d
}

// gather asks the sources, where the Pod asks for anything.
func gather(ctx context.Context, pod *corev1.Pod, sources []Source) (mutate.Facts, error) {
	var facts mutate.Facts
	if len(sources) == 0 || !mutate.Asks(pod) {
		return facts, nil
	}
	for _, find := range sources {
		if err := find(ctx, pod, &facts); err != nil {
			return mutate.Facts{}, fmt.Errorf("finding out about the surroundings of the Pod: %w", err)
		}
	}
	return facts, nil
}
