package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

// found is a Job with its Pods, oldest first, or one Pod.
type found struct {
	job  *batchv1.Job
	pods []corev1.Pod
}

// finder looks objects up in one namespace.
type finder struct {
	client    kubernetes.Interface
	namespace string
}

// find looks for a Job first where the kind is open.
func (f *finder) find(ctx context.Context, wanted target) (found, error) {
	if wanted.kind != aPod {
		job, err := f.client.BatchV1().Jobs(f.namespace).Get(ctx, wanted.name, metav1.GetOptions{})
		switch {
		case err == nil:
			pods, err := f.podsOf(ctx, job)
			return found{job: job, pods: pods}, err
		case !apierrors.IsNotFound(err):
			return found{}, fmt.Errorf("reading Job %s/%s: %w", f.namespace, wanted.name, err)
		case wanted.kind == aJob:
			return found{}, f.notFound("no Job", "jobs", wanted)
		}
	}
	pod, err := f.client.CoreV1().Pods(f.namespace).Get(ctx, wanted.name, metav1.GetOptions{})
	switch {
	case err == nil:
		return found{pods: []corev1.Pod{*pod}}, nil
	case !apierrors.IsNotFound(err):
		return found{}, fmt.Errorf("reading Pod %s/%s: %w", f.namespace, wanted.name, err)
	case wanted.kind == aPod:
		return found{}, f.notFound("no Pod", "pods", wanted)
	default:
		return found{}, f.notFound("neither a Job nor a Pod", "jobs,pods", wanted)
	}
}

// notFound hides the cause, which says the same in the words of the API.
func (f *finder) notFound(what, resources string, wanted target) error {
	return fmt.Errorf("there is %s named %q in namespace %q: see what there is with `kubectl get %s -n %s`, or choose a namespace with -n",
		what, wanted.name, f.namespace, resources, f.namespace)
}

// podsOf gives the Pods that the Job owns, oldest first.
func (f *finder) podsOf(ctx context.Context, job *batchv1.Job) ([]corev1.Pod, error) {
	list, err := f.client.CoreV1().Pods(f.namespace).List(ctx, metav1.ListOptions{
		LabelSelector: metav1.FormatLabelSelector(job.Spec.Selector),
	})
	if err != nil {
		return nil, fmt.Errorf("listing the Pods of Job %s/%s: %w", f.namespace, job.Name, err)
	}
	pods := slices.DeleteFunc(list.Items, func(p corev1.Pod) bool { return !metav1.IsControlledBy(&p, job) })
	slices.SortFunc(pods, func(a, b corev1.Pod) int {
		return cmp.Or(a.CreationTimestamp.Compare(b.CreationTimestamp.Time), cmp.Compare(a.Name, b.Name))
	})
	return pods, nil
}
