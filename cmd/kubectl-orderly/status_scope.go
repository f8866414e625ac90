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
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
)

// scope says which objects belong to a target: what is read once, or watched.
type scope struct {
	// kind, namespace and name are of the Job, Pod or workload.
	kind            kind
	namespace, name string
	// cronJob is the name of the CronJob that was asked for and made this Job.
	cronJob string
	pods    podQuery
	// replicas is how many Pods a workload wants.
	replicas int
}

// podQuery finds Pods, by their name and UID or by labels and owner.
type podQuery struct {
	name string
	// uid tells the Pod from another that gets its name when it is gone.
	uid    types.UID
	labels string
	owner  types.UID
}

func scopeOfJob(job *batchv1.Job) scope {
	return scope{kind: aJob, namespace: job.Namespace, name: job.Name,
		pods: podQuery{labels: metav1.FormatLabelSelector(job.Spec.Selector), owner: job.UID}}
}

func (s scope) String() string { return fmt.Sprintf("%s %s/%s", s.kind, s.namespace, s.name) }

func (q podQuery) options() metav1.ListOptions {
	if q.name != "" {
		return named(q.name)
	}
	return metav1.ListOptions{LabelSelector: q.labels}
}

func named(name string) metav1.ListOptions {
	return metav1.ListOptions{FieldSelector: fields.OneTermEqualSelector(metav1.ObjectNameField, name).String()}
}

// belongs leaves out Pods of others that have the same labels.
func (q podQuery) belongs(pod *corev1.Pod) bool {
	if q.name != "" {
		return pod.Name == q.name && pod.UID == q.uid
	}
	owner := metav1.GetControllerOf(pod)
	return owner != nil && owner.UID == q.owner
}

// found is how the objects of a scope stand.
type found struct {
	scope
	// job is there for the scope of a Job, as long as the Job is.
	job *batchv1.Job
	// pods are oldest first.
	pods []corev1.Pod
}

// read looks at all objects of a scope once. Those that are gone are not there. What has a name is read by its name, for who may get it may not be
// allowed to list others.
func (s scope) read(ctx context.Context, client kubernetes.Interface) (found, error) {
	f := found{scope: s}
	if s.kind == aJob {
		job, err := client.BatchV1().Jobs(s.namespace).Get(ctx, s.name, metav1.GetOptions{})
		if err != nil && !apierrors.IsNotFound(err) {
			return found{}, fmt.Errorf("reading %s: %w", s, err)
		}
		if err == nil && job.UID == s.pods.owner {
			f.job = job
		}
	}
	if s.pods.name != "" {
		pod, err := client.CoreV1().Pods(s.namespace).Get(ctx, s.pods.name, metav1.GetOptions{})
		if err != nil && !apierrors.IsNotFound(err) {
			return found{}, fmt.Errorf("reading %s: %w", s, err)
		}
		if err == nil && s.pods.belongs(pod) {
			f.pods = []corev1.Pod{*pod}
		}
		return f, nil
	}
	list, err := client.CoreV1().Pods(s.namespace).List(ctx, s.pods.options())
	if err != nil {
		return found{}, fmt.Errorf("listing the Pods of %s: %w", s, err)
	}
	f.pods = s.sorted(list.Items)
	return f, nil
}

// sorted gives those of the Pods that belong to the scope, oldest first.
func (s scope) sorted(pods []corev1.Pod) []corev1.Pod {
	pods = slices.DeleteFunc(pods, func(p corev1.Pod) bool { return !s.pods.belongs(&p) })
	slices.SortFunc(pods, func(a, b corev1.Pod) int {
		return cmp.Or(a.CreationTimestamp.Compare(b.CreationTimestamp.Time), cmp.Compare(a.Name, b.Name))
	})
	return pods
}
