package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// findLastJob gives the Job that a CronJob made last.
func (f *finder) findLastJob(ctx context.Context, wanted target) (scope, error) {
	cronJob, err := f.client.BatchV1().CronJobs(wanted.namespace).Get(ctx, wanted.name, metav1.GetOptions{})
	if err != nil {
		return scope{}, fmt.Errorf("reading CronJob %s/%s: %w", wanted.namespace, wanted.name, err)
	}
	list, err := f.client.BatchV1().Jobs(wanted.namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return scope{}, fmt.Errorf("listing the Jobs of CronJob %s/%s: %w", wanted.namespace, wanted.name, err)
	}
	jobs := slices.DeleteFunc(list.Items, func(j batchv1.Job) bool { return !metav1.IsControlledBy(&j, cronJob) })
	if len(jobs) == 0 {
		return scope{}, fmt.Errorf("CronJob %s/%s has no Job, with the schedule %q: make one with `kubectl create job --from=cronjob/%s NAME -n %s`",
			wanted.namespace, wanted.name, cronJob.Spec.Schedule, wanted.name, wanted.namespace)
	}
	last := slices.MaxFunc(jobs, func(a, b batchv1.Job) int {
		return cmp.Or(a.CreationTimestamp.Compare(b.CreationTimestamp.Time), cmp.Compare(a.Name, b.Name))
	})
	found := scopeOfJob(&last)
	found.cronJob = wanted.name
	return found, nil
}

// findWorkload looks for the Pods of what keeps Pods running; those of a Deployment are the ones of its newest ReplicaSet.
func (f *finder) findWorkload(ctx context.Context, wanted target) (scope, error) {
	found := scope{kind: wanted.kind, namespace: wanted.namespace, name: wanted.name}
	var selector *metav1.LabelSelector
	apps := f.client.AppsV1()
	var err error
	switch wanted.kind {
	case aDeployment:
		return f.findDeployment(ctx, found)
	case aStatefulSet:
		var object *appsv1.StatefulSet
		if object, err = apps.StatefulSets(found.namespace).Get(ctx, found.name, metav1.GetOptions{}); err == nil {
			selector, found.pods.owner, found.replicas = object.Spec.Selector, object.UID, replicas(object.Spec.Replicas)
		}
	case aDaemonSet:
		var object *appsv1.DaemonSet
		if object, err = apps.DaemonSets(found.namespace).Get(ctx, found.name, metav1.GetOptions{}); err == nil {
			selector, found.pods.owner, found.replicas = object.Spec.Selector, object.UID, int(object.Status.DesiredNumberScheduled)
		}
	default:
		var object *appsv1.ReplicaSet
		if object, err = apps.ReplicaSets(found.namespace).Get(ctx, found.name, metav1.GetOptions{}); err == nil {
			selector, found.pods.owner, found.replicas = object.Spec.Selector, object.UID, replicas(object.Spec.Replicas)
		}
	}
	if err != nil {
		return scope{}, fmt.Errorf("reading %s %s/%s: %w", found.kind, found.namespace, found.name, err)
	}
	found.pods.labels = metav1.FormatLabelSelector(selector)
	return found, nil
}

func (f *finder) findDeployment(ctx context.Context, found scope) (scope, error) {
	deployment, err := f.client.AppsV1().Deployments(found.namespace).Get(ctx, found.name, metav1.GetOptions{})
	if err != nil {
		return scope{}, fmt.Errorf("reading Deployment %s/%s: %w", found.namespace, found.name, err)
	}
	labels := metav1.FormatLabelSelector(deployment.Spec.Selector)
	list, err := f.client.AppsV1().ReplicaSets(found.namespace).List(ctx, metav1.ListOptions{LabelSelector: labels})
	if err != nil {
		return scope{}, fmt.Errorf("listing the ReplicaSets of Deployment %s/%s: %w", found.namespace, found.name, err)
	}
	sets := slices.DeleteFunc(list.Items, func(r appsv1.ReplicaSet) bool { return !metav1.IsControlledBy(&r, deployment) })
	if len(sets) == 0 {
		return scope{}, fmt.Errorf("there is no ReplicaSet of Deployment %s/%s yet: see why with `kubectl describe deployment %s -n %s`",
			found.namespace, found.name, found.name, found.namespace)
	}
	newest := slices.MaxFunc(sets, func(a, b appsv1.ReplicaSet) int { return cmp.Compare(revision(a), revision(b)) })
	found.pods = podQuery{labels: labels, owner: newest.UID}
	found.replicas = replicas(deployment.Spec.Replicas)
	return found, nil
}

// revision is the Deployment controller's number of a ReplicaSet (k8s.io/kubectl/pkg/util/deployment, RevisionAnnotation), 0 where it has none yet.
func revision(set appsv1.ReplicaSet) int64 {
	number, err := strconv.ParseInt(set.Annotations["deployment.kubernetes.io/revision"], 10, 64)
	if err != nil {
		return 0
	}
	return number
}

// replicas are 1 where nobody said otherwise, as the API server fills in.
func replicas(wanted *int32) int {
	if wanted == nil {
		return 1
	}
	return int(*wanted)
}
